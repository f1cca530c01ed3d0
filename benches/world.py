"""A sandbox in another process, and directories with stacks to run against it."""
import asyncio
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import threading
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Sandbox:
    """`stack sandbox serve` on a free port, with a world of its own."""

    def __init__(self, stack, keeps_rates=False):
        self.directory = Path(tempfile.mkdtemp(prefix="stack-bench-"))
        (self.directory / "stacks").mkdir()
        self.log = open(self.directory / "serve.log", "w")
        argv = [stack, "sandbox", "serve", "--port", "0", "--dns-port", "0"]
        env = {"PATH": os.environ["PATH"], "HOME": str(self.directory)}
        if keeps_rates:
            # Like AWS it then refuses what comes faster than its quotas allow.
            env["STACK_SANDBOX_RATES"] = "1"
        self.process = subprocess.Popen(argv, cwd=self.directory, env=env, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = self.process.stdout.readline().strip()
        self.dns = self.process.stdout.readline().strip()
        if not self.url.startswith("http"):
            raise RuntimeError(f"the sandbox does not serve: {self.url}")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def delay(self, milliseconds):
        """Every answer takes so much longer from now on."""
        self.ask("DELETE", "faults")
        if milliseconds:
            self.ask("POST", "faults", f"*=slow:{milliseconds}")

    def calls(self):
        """How often each operation has been called."""
        return {f"{call['service']}.{call['operation']}": call["count"] for call in self.ask("GET", "calls")}

    def counted(self, work):
        """What `work` returns, and the calls that it made."""
        before = self.calls()
        done = work()
        after = self.calls()
        return done, {name: count - before.get(name, 0) for name, count in sorted(after.items()) if count > before.get(name, 0)}

    def fill_zone(self, number):
        """So many records of somebody else's in example.com, below the names that a stack uses and above them."""
        with urllib.request.urlopen(self.route53("hostedzonesbyname?dnsname=example.com")) as answer:
            zone = re.search(r"<Id>/hostedzone/(\w+)</Id>", answer.read().decode())[1]
        for first in range(0, number, 1000):
            names = [f"{'az'[index % 2]}{index}" for index in range(first, min(first + 1000, number))]
            changes = "".join(
                f"<Change><Action>CREATE</Action><ResourceRecordSet><Name>{name}.example.com</Name><Type>TXT</Type><TTL>300</TTL>"
                f'<ResourceRecords><ResourceRecord><Value>"{name}"</Value></ResourceRecord></ResourceRecords>'
                "</ResourceRecordSet></Change>"
                for name in names
            )
            body = (
                '<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes>'
                f"{changes}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
            )
            with urllib.request.urlopen(self.route53(f"hostedzone/{zone}/rrset", body.encode())) as answer:
                answer.read()

    def route53(self, path, body=None):
        """A request as an AWS client words it; the sandbox reads the service from it, and does not verify what is signed."""
        signed = "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0"
        return urllib.request.Request(f"{self.url}/2013-04-01/{path}", data=body, headers={"Authorization": signed})

    def env(self, url=None, **more):
        """The environment of a client: nothing of this machine's own AWS set-up is looked at."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory),
            "AWS_ENDPOINT_URL": url or self.url,
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_COLOR": "1",
            **more,
        }

    def project(self, name, stacks):
        """A directory with these stack files, by name."""
        directory = self.directory / name
        (directory / "stacks").mkdir(parents=True)
        for stack, text in stacks.items():
            (directory / "stacks" / f"{stack}.yaml").write_text(text)
        return directory

    def prod(self):
        """A copy of this repository's own stacks, for whichever account the sandbox plays, and without a logo.

        A logo's address names the server, and so would be another one over HTTPS, and be fetched anew.
        """
        directory = self.directory / "prod"
        shutil.copytree(ROOT / "stacks", directory / "stacks")
        for path in (directory / "stacks").glob("*.yaml"):
            path.write_text(re.sub(r"^account:.*\n|^ +image_file:.*\n", "", path.read_text(), flags=re.M))
        return directory


class Https:
    """The same server behind TLS, with a certificate of its own that stands in a bundle with the machine's roots."""

    SYSTEM = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")

    def __init__(self, sandbox):
        self.directory = sandbox.directory
        key, certificate = self.directory / "key.pem", self.directory / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"],
            check=True, capture_output=True,
        )
        roots = next((Path(path) for path in self.SYSTEM if Path(path).exists()), None)
        self.bundle = self.directory / "bundle.pem"
        self.bundle.write_text((roots.read_text() if roots else "") + certificate.read_text())
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.port = int(sandbox.url.rsplit(":", 1)[1])
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve(ready)), daemon=True).start()
        ready.wait()

    async def serve(self, ready):
        server = await asyncio.start_server(self.carry, "127.0.0.1", 0, ssl=self.context)
        self.url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        ready.set()
        async with server:
            await server.serve_forever()

    async def carry(self, reader, writer):
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.port)

        async def pipe(source, sink):
            try:
                while data := await source.read(1 << 16):
                    sink.write(data)
                    await sink.drain()
            except (ConnectionError, ssl.SSLError):
                pass
            finally:
                sink.close()

        await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))


def clients(number, groups=False):
    """A stack of a pool with so many clients, and as many groups where the schema knows them."""
    lines = ["region: eu-west-1", "user_pool:", "  name: growth", "  username_attributes: [email]", "  deletion_protection: INACTIVE", "app_clients:"]
    for index in range(number):
        lines += [
            f"  client_{index}:",
            f"    callback_urls: [https://app{index}.example.com/callback]",
            "    allowed_oauth_flows: [code]",
            "    allowed_oauth_scopes: [openid, email]",
            "    access_token_validity: 30m",
        ]
    if groups:
        lines.append("groups:")
        lines += [f"  group_{index}: {{ description: Number {index} }}" for index in range(number)]
    return "\n".join(lines) + "\n"
