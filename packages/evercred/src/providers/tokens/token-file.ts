import { CredentialsConfigError, CredentialsTransientError } from "../../errors.js";
import { requireText } from "../../sts/input-limits.js";
import { untilAborted } from "../until-aborted.js";
import { defineTokenSource, type TokenRequest, type WebIdentityTokenSource } from "./token-source.js";

/** STS takes 20 000 characters; a file of more than this is no token. */
const MOST_BYTES: number = 64 * 1024;

const PATH = { min: 1, max: 4096 };

/** What to do about a file that cannot be opened, by Node's code. Other codes pass by themselves. */
const BROKEN: Readonly<Record<string, string>> = {
  ENOENT: "does not exist. Check its path, and that what writes it has run",
  ENOTDIR: "does not exist: a part of its path is a file. Check its path",
  EACCES: "may not be read by this process. Give its user the right to",
  EPERM: "may not be read by this process. Give its user the right to",
  EISDIR: "is a directory. Name the file in it that holds the token",
  ELOOP: "is a link that leads back to itself. Mend the link",
  ENAMETOOLONG: "has a path that is too long. Check its path",
  ENXIO: "is no file but a socket or a device. Name a file that holds the token",
  ERR_INVALID_ARG_VALUE: "has a path with a null character. Check its path",
};

/** A file with one token in it, read again each time it is asked: what writes it puts a new one there. */
export function tokenFile(path: string, option = "tokenFile"): WebIdentityTokenSource {
  requireText(option, path, PATH);
  return defineTokenSource(
    `token file ${path}`,
    () => ({ source: "token file", path: absolute(path) }),
    (request) => readTokenFile(path, request),
  );
}

/**
 * The one token in a file, without the white space around it.
 *
 * @param whenMissing - The error for a file that does not exist. Default: a configuration error.
 * @throws CredentialsConfigError naming the file; CredentialsTransientError when reading it failed for another reason.
 */
export async function readTokenFile(
  path: string,
  request: Pick<TokenRequest, "signal">,
  whenMissing?: () => Error,
): Promise<string> {
  request.signal.throwIfAborted();
  try {
    return requireToken(path, await untilAborted(readBounded(path), request.signal));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (request.signal.aborted || code === undefined || code.startsWith("ERR_CREDENTIALS_")) {
      throw error;
    }
    throw (code === "ENOENT" ? whenMissing?.() : undefined) ?? unreadable(path, code);
  }
}

function unreadable(path: string, code: string): Error {
  const reason = BROKEN[code];
  return reason === undefined
    ? new CredentialsTransientError(`The token file ${path} could not be read: ${code}. Look at the disk it is on.`)
    : new CredentialsConfigError(`The token file ${path} ${reason} (${code}).`);
}

/** The bytes of a file, to its bound. */
async function readBounded(path: string): Promise<Uint8Array> {
  const { constants } = process.getBuiltinModule("node:fs");
  const { open } = process.getBuiltinModule("node:fs/promises");
  // Opening a pipe would wait for its writer, and no signal ends that. Windows has neither the flag nor the wait.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    if (!found.isFile()) {
      throw Object.assign(new Error("not a file"), { code: found.isDirectory() ? "EISDIR" : "ENXIO" });
    }
    const buffer = new Uint8Array(MOST_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = (await file.read(buffer, length, buffer.length - length, null)).bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
}

function requireToken(path: string, bytes: Uint8Array): string {
  if (bytes.length > MOST_BYTES) {
    throw wrong(path, `has more than ${MOST_BYTES / 1024} KiB, and a token has less than 20 000 characters`);
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch {
    throw wrong(path, "is not written in UTF-8");
  }
  if (text === "") {
    throw wrong(path, "is empty");
  }
  if (!/^[!-~]+$/.test(text)) {
    throw wrong(path, "holds something else than one token: there is white space in it, or a character beyond ASCII");
  }
  return text;
}

function wrong(path: string, what: string): CredentialsConfigError {
  return new CredentialsConfigError(
    `The token file ${path} ${what}. Check what writes it, and that it is the right file.`,
  );
}

/** Two ways to write a path are one file. */
function absolute(path: string): string {
  return process.getBuiltinModule("node:path").resolve(path);
}
