// Takes the README's screenshots: a real editor and a real terminal, in a browser without a window.
//
//     node screens.mjs SHOTS HOME BROWSER OUT
//
// SHOTS is the directory that the tests of the editor wrote (shots.json and the files it speaks of), HOME holds the packages
// of package.json, BROWSER is a Chromium, and the pictures go to OUT. The editor is Monaco, which is VS Code's; it speaks
// with the YAML language server as VS Code does. The terminal is xterm.js, fed with what the program wrote to one. The
// browser sees no network: each of its requests is answered from HOME.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { crc32, deflateSync } from "node:zlib";

const [shotsAt, home, browser, out] = process.argv.slice(2);
const { chromium } = createRequire(join(home, "package.json"))("playwright-core");
const { server, shots } = JSON.parse(readFileSync(join(shotsAt, "shots.json"), "utf8"));
const ORIGIN = "https://pictures.invalid/";
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".ttf": "font/ttf" };
// Two dots to a pixel: crisp on any screen, and at half its size on GitHub's page.
const SCALE = 2;
// The longest that the editor and the server may take for an answer, on a machine that does much else.
const AT_MOST = 60_000;

const font = (name, file, weight) => `@font-face { font-family: "${name}"; font-weight: ${weight}; src: url(${file}) format("woff2"); }`;
const STYLE = `
${[400, 700].map((weight) => font("Mono", `@fontsource/jetbrains-mono/files/jetbrains-mono-latin-${weight}-normal.woff2`, weight)).join("\n")}
${[400, 600].map((weight) => font("Sans", `@fontsource/inter/files/inter-latin-${weight}-normal.woff2`, weight)).join("\n")}
body { margin: 0; background: transparent; font: 13px/1.5 Sans; color: #24292f; }
#frame { display: inline-block; border: 1px solid #d0d7de; border-radius: 8px; overflow: hidden; background: #fff; }
#tab { background: #f6f8fa; border-bottom: 1px solid #d0d7de; padding: 7px 14px; font-weight: 600; }
#problems { border-top: 1px solid #d0d7de; padding: 8px 0; }
#problems h2 { font-size: 12px; margin: 0 14px 4px; letter-spacing: .04em; color: #57606a; font-weight: 600; }
#problems p { margin: 0; padding: 1px 14px; display: flex; gap: 8px; }
#problems i { font-style: normal; font-weight: 700; }
#problems span { color: #8c959f; white-space: nowrap; }
#terminal { padding: 12px 14px; background: #1e2127; }
.dark #tab { background: #2b303a; color: #8a909c; border-color: #3b4252; font: 13px/1.5 Mono; }
`;

/** Chromium's pages for the shots, each with nothing but what is at hand. */
async function page(context, body) {
  const page = await context.newPage();
  page.on("pageerror", (error) => fail(`the page: ${error.message}`));
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (!url.startsWith(ORIGIN)) return route.abort();
    const path = decodeURIComponent(new URL(url).pathname.slice(1));
    if (path === "") {
      return route.fulfill({ contentType: "text/html", body: `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${body}` });
    }
    const file = join(home, "node_modules", path);
    return route.fulfill({ contentType: TYPES[extname(path)] ?? "application/octet-stream", body: readFileSync(file) });
  });
  await page.goto(ORIGIN);
  return page;
}

/** The language server: told with `tell`, and heard by `hear`; its settings are those of the tests. */
function languageServer(hear) {
  const child = spawn(server.node, [server.script, "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  const schema = pathToFileURL(join(shotsAt, server.schema)).href;
  const settings = {
    validate: true, hover: true, completion: true, hoverSchemaSource: false,
    schemaStore: { enable: false }, kubernetesCRDStore: { enable: false },
    schemas: { [schema]: "*.yaml" },
  };
  const tell = (message) => {
    const text = JSON.stringify(message);
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  let held = Buffer.alloc(0);
  child.stdout.on("data", (more) => {
    held = Buffer.concat([held, more]);
    for (;;) {
      const head = held.indexOf("\r\n\r\n");
      const length = head < 0 ? null : /Content-Length: (\d+)/.exec(held.subarray(0, head).toString());
      if (!length || held.length < head + 4 + Number(length[1])) return;
      const end = head + 4 + Number(length[1]);
      const message = JSON.parse(held.subarray(head + 4, end).toString());
      held = held.subarray(end);
      // An editor answers this from its settings file, which Monaco by itself does not have.
      if (message.method === "workspace/configuration") {
        tell({ jsonrpc: "2.0", id: message.id, result: message.params.items.map(({ section }) => (section === "yaml" ? settings : {})) });
      } else hear(message);
    }
  });
  return { tell, stop: () => child.kill() };
}

/** A stack file in the editor, and what is asked for at a place of it. */
async function editor(context, shot) {
  const tab = await page(context, `<div id="frame"><div id="tab"></div><div id="editor"></div><div id="problems" hidden></div></div>
    <link rel="stylesheet" href="monaco-editor/min/vs/editor/editor.main.css"><script src="monaco-editor/min/vs/loader.js"></script>`);
  const speaker = languageServer((message) => void tab.evaluate((heard) => window.hear(heard), message));
  await tab.exposeFunction("tell", speaker.tell);
  await tab.evaluate(async ({ shot, uri }) => {
    require.config({ paths: { vs: "monaco-editor/min/vs" } });
    await new Promise((done) => require(["vs/editor/editor.main"], done));
    await document.fonts.load("14px Mono");
    await document.fonts.load("14px Sans");
    const lines = shot.text.trimEnd().split("\n").length;
    document.getElementById("tab").textContent = shot.file;
    const place = document.getElementById("editor");
    place.style.cssText = `width: 1000px; height: ${lines * 21 + 16}px`;
    window.model = monaco.editor.createModel(shot.offers ? shot.text : shot.text.trimEnd(), "yaml", monaco.Uri.parse(uri));
    window.editor = monaco.editor.create(place, {
      model: window.model, theme: "vs", fontFamily: "Mono", fontSize: 14, lineHeight: 21, minimap: { enabled: false },
      scrollBeyondLastLine: false, cursorBlinking: "solid", renderLineHighlight: "none", padding: { top: 8, bottom: 8 },
      overviewRulerLanes: 0, hideCursorInOverviewRuler: true, lineNumbersMinChars: 4, folding: false, fixedOverflowWidgets: true,
      scrollbar: { vertical: "hidden", horizontal: "hidden" }, guides: { indentation: false }, occurrencesHighlight: "off",
      selectionHighlight: false, hover: { above: false }, quickSuggestions: false, wordBasedSuggestions: "off", glyphMargin: false,
      matchBrackets: "never", bracketPairColorization: { enabled: false }, stickyScroll: { enabled: false },
      suggest: { showStatusBar: false }, contextmenu: false, codeLens: false, links: false,
    });
    // Monaco's own client speaks with a worker: here, the language server behind the browser.
    const ears = [];
    window.hear = (message) => ears.forEach((ear) => ear({ data: message }));
    const worker = { postMessage: (message) => window.tell(message), addEventListener: (_, ear) => ears.push(ear) };
    window.client = new monaco.lsp.MonacoLspClient(monaco.lsp.createTransportToWorker(worker));
  }, { shot, uri: pathToFileURL(join(shotsAt, shot.file)).href });

  if (shot.diagnostics) {
    const marked = await tab.waitForFunction((wanted) => {
      const said = monaco.editor.getModelMarkers({ resource: window.model.uri });
      return said.length === wanted ? said : false;
    }, shot.diagnostics.length, { timeout: AT_MOST }).then((said) => said.jsonValue());
    marked.sort((a, b) => a.startLineNumber - b.startLineNumber);
    same(shot, marked.map(({ startLineNumber, message }) => [startLineNumber, message]), shot.diagnostics);
    await tab.evaluate(problems, marked);
  }
  const shown = shot.offers ? ".suggest-widget.visible .monaco-list-row .label-name" : ".monaco-hover:not(.hidden)";
  const tries = Math.ceil(AT_MOST / 2_000);
  for (let asked = 1; ; asked++) {
    // Until the server has taken up its settings it knows no schema, and has nothing to say: an empty list is closed again.
    const [x, y] = await tab.evaluate(({ place, offers }) => {
      const at = { lineNumber: place[0], column: place[1] };
      const box = document.getElementById("editor").getBoundingClientRect();
      const { left, top, height } = window.editor.getScrolledVisiblePosition(at);
      if (offers) {
        window.editor.focus();
        window.editor.setPosition(at);
        window.editor.trigger("picture", "hideSuggestWidget", {});
        window.editor.trigger("picture", "editor.action.triggerSuggest", {});
      }
      return [box.x + left + 2, box.y + top + height / 2];
    }, shot);
    if (!shot.offers) {
      await tab.mouse.move(0, 0);
      await tab.mouse.move(x, y, { steps: 4 });
    }
    await tab.waitForTimeout(2_000);
    const found = await tab.$$eval(shown, (parts) => parts.map((part) => part.textContent));
    if (shot.offers ? found.length && shot.offers.slice(0, found.length).join() === found.join() : found.join(" ").includes(shot.says)) break;
    if (asked === tries) fail(`${shot.name}: the editor shows ${JSON.stringify(found)}, and the tests were told ${JSON.stringify(shot.offers ?? shot.says)}`);
  }
  if (shot.offers) {
    await tab.evaluate(() => window.editor.trigger("picture", "toggleSuggestionDetails", {}));
    await tab.waitForSelector(".suggest-details", { timeout: AT_MOST });
  }
  if (!shot.diagnostics) {
    // Once more, for what is open moves when the editor scrolls back to its first line.
    for (let time = 0; time < 2; time++) {
      await tab.evaluate(room);
      await tab.waitForTimeout(500);
    }
  }
  await tab.waitForTimeout(500);
  const picture = await take(tab, shot);
  speaker.stop();
  return picture;
}

/** In the page: as much of the editor as what it opened covers. */
function room() {
  const place = document.getElementById("editor");
  const opened = [...document.querySelectorAll(".suggest-widget.visible, .suggest-details, .monaco-hover:not(.hidden)")];
  const needed = Math.max(...opened.map((one) => one.getBoundingClientRect().bottom)) - place.getBoundingClientRect().top + 12;
  place.style.height = `${Math.max(needed, place.clientHeight)}px`;
  window.editor.layout();
  window.editor.setScrollTop(0);
}

/** In the page: the list of problems below the editor, from its markers. */
function problems(marked) {
  const list = document.getElementById("problems");
  const made = (name, text, parent = list) => {
    const element = document.createElement(name);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  list.hidden = false;
  made("h2", `PROBLEMS  ${marked.length}`);
  for (const one of marked) {
    const line = made("p", "");
    const isError = one.severity === monaco.MarkerSeverity.Error;
    made("i", isError ? "✕" : "⚠", line).style.color = isError ? "#cf222e" : "#bf8700";
    made("div", one.message, line);
    made("span", `[Ln ${one.startLineNumber}, Col ${one.startColumn}]`, line);
  }
}

/** What the program wrote to a terminal, in one. */
async function terminal(context, shot) {
  const tab = await page(context, `<div id="frame" class="dark"><div id="tab"></div><div id="terminal"></div></div>
    <link rel="stylesheet" href="@xterm/xterm/css/xterm.css"><script src="@xterm/xterm/lib/xterm.js"></script>`);
  const text = readFileSync(join(shotsAt, shot.written), "utf8");
  await tab.evaluate(async ({ shot, text }) => {
    for (const weight of ["", "bold "]) await document.fonts.load(`${weight}14px Mono`);
    document.getElementById("tab").textContent = `$ ${shot.command}`;
    const options = { cols: shot.columns, rows: 200, fontFamily: "Mono", fontSize: 14, lineHeight: 1.25, cursorInactiveStyle: "none",
      theme: { background: "#1e2127", foreground: "#d7dae0", cursor: "#1e2127", red: "#e06c75", green: "#98c379", yellow: "#e5c07b", blue: "#61afef", magenta: "#c678dd", cyan: "#56b6c2" } };
    const screen = new Terminal(options);
    screen.open(document.getElementById("terminal"));
    await new Promise((done) => screen.write(text.trimEnd(), done));
    screen.resize(shot.columns, screen.buffer.active.cursorY + 1);
  }, { shot, text });
  await tab.waitForTimeout(500);
  return take(tab, shot);
}

/** The picture of the frame and of all that hangs over its edge. */
async function take(tab, shot) {
  const clip = await tab.evaluate(() => {
    const boxes = [...document.querySelectorAll("#frame, .suggest-widget.visible, .suggest-details, .monaco-hover:not(.hidden)")].map((one) => one.getBoundingClientRect());
    const right = Math.max(...boxes.map((box) => box.right)), bottom = Math.max(...boxes.map((box) => box.bottom));
    return { x: 0, y: 0, width: Math.ceil(right), height: Math.ceil(bottom) };
  });
  return png(tab, await tab.screenshot({ clip, omitBackground: true }), shot.inputs);
}

/**
 * The picture as a PNG of at most 256 colours, a quarter of the size, and what it was made of, as PNG keeps a word: tests read
 * that, and tell when the picture is out of date.
 */
async function png(tab, picture, inputs) {
  const { width, height, colours, indexed } = await tab.evaluate(reduced, picture.toString("base64"));
  // Each line begins with how it is filtered: not at all.
  const lines = Buffer.alloc(height * (width + 1));
  const pixels = Buffer.from(indexed, "base64");
  for (let y = 0; y < height; y++) pixels.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width);
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  // Eight bits to a pixel, each of which names a colour.
  size.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", size),
    chunk("tEXt", Buffer.from(`inputs\0${inputs}`, "latin1")),
    chunk("PLTE", Buffer.from(colours.flatMap((colour) => colour.slice(0, 3)))),
    chunk("tRNS", Buffer.from(colours.map((colour) => colour[3]))),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name, body) {
  const named = Buffer.concat([Buffer.from(name), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/** In the page: the 256 colours that a picture has most of, and for each pixel the nearest of them. */
async function reduced(base64) {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const parts = (pixel) => [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255, pixel >>> 24];
  const colours = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([pixel]) => parts(pixel));
  const nearest = new Map();
  for (const pixel of counts.keys()) {
    const away = colours.map((colour) => parts(pixel).reduce((sum, part, at) => sum + (part - colour[at]) ** 2, 0));
    nearest.set(pixel, away.indexOf(Math.min(...away)));
  }
  let text = "";
  for (const pixel of pixels) text += String.fromCharCode(nearest.get(pixel));
  return { width, height, colours, indexed: btoa(text) };
}

function same(shot, found, wanted) {
  const [one, other] = [found, wanted].map((list) => JSON.stringify(list));
  if (one !== other) fail(`${shot.name}: the editor shows ${one}, and the tests were told ${other}`);
}

function fail(words) {
  console.error(words);
  process.exit(1);
}

const opened = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--font-render-hinting=none", "--disable-lcd-text"] });
const context = await opened.newContext({ viewport: { width: 1400, height: 1600 }, deviceScaleFactor: SCALE, colorScheme: "light" });
for (const shot of shots) {
  const picture = await (shot.written ? terminal(context, shot) : editor(context, shot));
  writeFileSync(join(out, `${shot.name}.png`), picture);
}
await opened.close();
