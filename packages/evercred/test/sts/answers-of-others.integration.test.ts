import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { isFromElsewhere } from "../../src/sts/service-error.js";
import { regionalAws } from "./regional-aws.js";

async function answering(status: number, type: string, body: string): Promise<string> {
  const server = createServer(
    (_request, response) => void response.writeHead(status, { "content-type": type }).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const BODIES = [
  ["plain text", "text/plain", "Forbidden by the proxy"],
  ["broken HTML", "text/html", "<html><body><p>Sign in<br></body>"],
  ["HTML", "text/html", "<!DOCTYPE html><html><head><title>no</title></head><body>no</body></html>"],
  ["JSON", "application/json", '{"error":"forbidden"}'],
  ["nothing", "text/plain", ""],
] as const;

describe.each([400, 403, 404])("an answer of %i that is no XML of STS", (status) => {
  it.each(BODIES)("is said to be none: %s", async (_name, type, body) => {
    const { reader } = await regionalAws();
    const endpoint = await answering(status, type, body);
    const error = await reader({ stsRegions: undefined, region: "eu-west-1", endpoint })().catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("does not look like one of STS"),
    });
    expect((error as Error).message).not.toMatch(/\$response|hidden|Deserialization|parse error/);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("$response");
  });
});

describe("isFromElsewhere", () => {
  const said = { code: "Unknown", status: 403, requestId: undefined };

  it.each(["Unknown", "UnknownError"])("is what says %s, without a request id", (message) => {
    expect(isFromElsewhere({ ...said, message })).toBe(true);
    expect(isFromElsewhere({ ...said, message, requestId: "c6104cbe" })).toBe(false);
  });

  it("is not what says something of its own", () => {
    expect(isFromElsewhere({ ...said, message: "Access denied" })).toBe(false);
    expect(isFromElsewhere({ ...said, message: "UnknownErrors" })).toBe(false);
  });
});
