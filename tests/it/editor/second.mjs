// Says which of the stack files in a folder ajv takes: node second.mjs SCHEMAS FOLDER
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import YAML from "yaml";

const [schemas, folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(join(schemas, name), "utf8"));

// Strict: a keyword that nobody knows, or that can have no effect, is an error. A pattern may stand without its type,
// for a value of another type is spoken of elsewhere.
const ajv = new Ajv2020.default({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
addFormats.default(ajv);
// What only editors read.
ajv.addVocabulary([
  "markdownDescription", "enumDescriptions", "markdownEnumDescriptions", "errorMessage", "patternErrorMessage",
  "deprecationMessage", "defaultSnippets", "doNotSuggest",
]);
const stack = read("stack.schema.json");
const whole = ajv.compile(stack);
ajv.addSchema(stack, "stack.schema.json");
const part = ajv.compile(read("part.schema.json"));

const answer = { valid: [], unreadable: [] };
for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
  const name = file.replace(/\.yaml$/, "");
  const text = readFileSync(join(folder, file), "utf8");
  const validate = text.includes("/part.schema.json") ? part : whole;
  try {
    if (validate(YAML.parse(text))) answer.valid.push(name);
  } catch {
    answer.unreadable.push(name);
  }
}
console.log(JSON.stringify(answer));
