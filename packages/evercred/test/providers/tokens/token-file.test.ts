import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, promises, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  type KubernetesTokenOptions,
  kubernetesServiceAccountToken,
} from "../../../src/providers/tokens/kubernetes-service-account-token.js";
import { tokenFile } from "../../../src/providers/tokens/token-file.js";
import { tokenSourceInternals } from "../../../src/providers/tokens/token-source.js";
import { failureOf } from "../../support/outcome.js";
import { tokenRequest } from "../../support/token-server.js";

const JWT = "eyJh.eyJz.c2ln";

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), "evercred-token-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "token");
}

function written(content: string | Uint8Array): string {
  const path = place();
  writeFileSync(path, content);
  return path;
}

const read = (path: string) => Promise.resolve(tokenFile(path)(tokenRequest()));

describe("tokenFile", () => {
  it.each([JWT, `${JWT}\n`, `\uFEFF  ${JWT}\r\n\r\n`])("trims what is around the token: %j", async (content) => {
    expect(await read(written(content))).toBe(JWT);
  });

  it("reads the file at each request, through links too, as the kubelet moves them", async () => {
    const path = place();
    writeFileSync(`${path}.1`, `${JWT}\n`);
    writeFileSync(`${path}.2`, "eyJh.eyJz.bmV3\n");
    symlinkSync(`${path}.1`, path);
    const source = tokenFile(path);
    expect(await source(tokenRequest())).toBe(JWT);
    rmSync(path);
    symlinkSync(`${path}.2`, path);
    expect(await source(tokenRequest())).toBe("eyJh.eyJz.bmV3");
  });

  it("takes 64 KiB, and not a byte more", async () => {
    expect(await read(written("a".repeat(65_536)))).toHaveLength(65_536);
    const error = await failureOf(read(written("a".repeat(65_537))));
    expect(error.message).toContain("has more than 64 KiB");
  });

  it.each([
    ["", "is empty"],
    [" \n\t", "is empty"],
    [`${JWT}\n${JWT}`, "holds something else than one token"],
    [`${JWT}\u0000`, "holds something else than one token"],
    ["tökén", "holds something else than one token"],
    [Buffer.from(`\uFEFF${JWT}`, "utf16le"), "is not written in UTF-8"],
    [Uint8Array.of(0x80, 0x81), "is not written in UTF-8"],
    ["a".repeat(1_000_000), "has more than 64 KiB"],
  ])("stops at a file that holds no token, and names it: %#", async (content, message) => {
    const path = written(content);
    const error = await failureOf(read(path));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toContain(`The token file ${path} ${message}`);
    expect(error.message).not.toContain(JWT);
  });

  it.each([
    { what: "a file that is missing", make: () => {}, message: "does not exist. Check its path, .* (ENOENT)." },
    { what: "a directory", make: mkdirSync, message: "is a directory. Name the file .* (EISDIR)." },
    {
      what: "a loop of links",
      make: (path: string) => symlinkSync(path, path),
      message: "is a link that leads back to itself. .* (ELOOP).",
    },
    {
      what: "a pipe that nobody writes to",
      make: (path: string) => void execFileSync("mkfifo", [path]),
      message: "is no file but a socket or a device. .* (ENXIO).",
    },
  ])("stops at $what", async ({ make, message }) => {
    const path = place();
    make(path);
    const error = await failureOf(read(path));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    const [begin = "", end = ""] = message.split(".*");
    expect(error.message).toContain(`The token file ${path} ${begin}`);
    expect(error.message).toContain(end);
  });

  // The tests may run as root, who may read everything.
  it.each([
    ["EACCES", "ERR_CREDENTIALS_CONFIG", "may not be read by this process. Give its user the right to (EACCES)."],
    ["EMFILE", "ERR_CREDENTIALS_TRANSIENT", "could not be read: EMFILE."],
  ])("tells what stays from what passes: %s", async (code, kind, message) => {
    const refusal = Object.assign(new Error("no"), { code });
    const open = vi.spyOn(promises, "open").mockRejectedValue(refusal);
    const error = await failureOf(read("/run/token")).finally(() => open.mockRestore());
    expect(error.code).toBe(kind);
    expect(error.message).toContain(`The token file /run/token ${message}`);
  });

  it("stops at a path with a part that is a file", async () => {
    const path = join(written(JWT), "token");
    expect((await failureOf(read(path))).message).toContain("a part of its path is a file");
  });

  it("stops at a path with a null character", async () => {
    expect(await failureOf(read("a\u0000b"))).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
  });

  it("ends with the signal's reason", async () => {
    const path = written(JWT);
    const reason = new Error("enough");
    await expect(tokenFile(path)(tokenRequest(AbortSignal.abort(reason)))).rejects.toBe(reason);
    const controller = new AbortController();
    const call = tokenFile(path)(tokenRequest(controller.signal));
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it.each([
    [7, "`tokenFile` must be a string; got a value of type number."],
    ["", "`tokenFile` must have 1 to 4096 characters; got 0."],
  ])("refuses a path that is none: %#", (path, message) => {
    expect(() => tokenFile(path as string)).toThrow(message);
  });

  it("has one key for one file, however its path is written", () => {
    const keyOf = (path: string) => tokenSourceInternals(tokenFile(path))?.key();
    expect(keyOf("/var/run/token")).toEqual(keyOf("/var/run/../run/token"));
    expect(keyOf("/var/run/token")).toEqual(keyOf(relative(process.cwd(), "/var/run/token")));
    expect(keyOf("/var/run/token")).not.toEqual(keyOf("/var/run/other"));
  });
});

describe("kubernetesServiceAccountToken", () => {
  it("reads the file that is named, and shares its key with tokenFile", async () => {
    const path = written(`${JWT}\n`);
    const source = kubernetesServiceAccountToken({ path });
    expect(await source(tokenRequest())).toBe(JWT);
    expect(tokenSourceInternals(source)?.key()).toEqual(tokenSourceInternals(tokenFile(path))?.key());
  });

  it("is not available where EKS mounted no token", async () => {
    const error = await failureOf(Promise.resolve(kubernetesServiceAccountToken()(tokenRequest())));
    expect(error.code).toBe("ERR_CREDENTIALS_UNAVAILABLE");
    expect(error.message).toContain(
      "/var/run/secrets/eks.amazonaws.com/serviceaccount/token does not exist: this is not in a pod",
    );
  });

  it("stops where a named file does not exist", async () => {
    const path = place();
    const error = await failureOf(Promise.resolve(kubernetesServiceAccountToken({ path })(tokenRequest())));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toContain(`The token file ${path} does not exist`);
  });

  it.each([
    [{ pth: "x" }, "Did you mean `path`?"],
    [{ path: 7 }, "`path` must be a string"],
  ])("refuses options that are wrong: %#", (options, message) => {
    expect(() => kubernetesServiceAccountToken(options as unknown as KubernetesTokenOptions)).toThrow(message);
  });
});
