import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { type Environment, fail } from "./run-cli.js";

const python = process.env["AWS_CLI_PYTHON"] ?? "/usr/bin/python3";
const timeoutMs = 60_000;

/** Debian's awscli brings its own botocore, under the name `botocore` once the CLI is imported. */
const signAndSend = `
import json, os, sys, urllib.error, urllib.parse, urllib.request
import awscli.clidriver
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
url, region, parameters = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
keys = [os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")]
body = urllib.parse.urlencode(parameters).encode()
form = {"Content-Type": "application/x-www-form-urlencoded"}
request = AWSRequest(method="POST", url=url, data=body, headers=form)
SigV4Auth(Credentials(*keys), "sts", region).add_auth(request)
wire = urllib.request.Request(url, data=body, headers=dict(request.headers.items()))
try:
    answer = urllib.request.urlopen(wire)
except urllib.error.HTTPError as error:
    answer = error
print(json.dumps({"status": answer.status, "body": answer.read().decode()}))
`;

/** RFC 6238 and RFC 4226 with nothing but Python's own HMAC. */
const totp = `
import base64, hashlib, hmac, struct, sys
mac = hmac.new(base64.b32decode(sys.argv[1]), struct.pack(">Q", int(sys.argv[2]) // 30000), hashlib.sha1).digest()
at = mac[19] & 15
print("%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1000000))
`;

export interface QueryAnswer {
  readonly status: number;
  readonly body: string;
}

export interface Query {
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly env: Environment;
}

/** Sends a request of the Query protocol with a signature by botocore, for the operations that the CLI is too old for. */
export async function querySignedByBotocore({ url, parameters, env }: Query): Promise<QueryAnswer> {
  const all = { Version: "2011-06-15", ...parameters };
  return JSON.parse(await run(signAndSend, [url, "us-east-1", JSON.stringify(all)], env)) as QueryAnswer;
}

/** The code that an authenticator shows at a moment, for a seed in base32. */
export async function codeByPython(seed: string, atMs: number): Promise<string> {
  return (await run(totp, [seed, String(atMs)], {})).trim();
}

function run(script: string, args: readonly string[], env: Environment): Promise<string> {
  const { PATH = "" } = process.env;
  const childEnv = { PATH, HOME: tmpdir(), ...env };
  return new Promise((resolve, reject) => {
    execFile(python, ["-c", script, ...args], { env: childEnv, timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      reject(new Error(`${python}: ${stderr.trim() || error.message}`));
    });
  });
}

/** The text of an element of an answer. */
export function element({ body }: QueryAnswer, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? fail(`no ${name} in ${body}`);
}
