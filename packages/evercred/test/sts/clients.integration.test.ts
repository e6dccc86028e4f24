import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fromAssumeRole } from "evercred";
import { describe, expect, it, onTestFinished } from "vitest";
import { stsClient } from "../../src/sts/sts-client.js";
import type { StsPlace } from "../../src/sts/sts-place.js";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { ended, FIRST, regionalAws } from "./regional-aws.js";

const MINUTE_MS = 60_000;

function place(endpoint: string): StsPlace {
  return { region: "eu-west-1", endpoint, global: undefined, fips: undefined, dualstack: undefined };
}

describe("the client of a place", () => {
  it("is made once", async () => {
    const one = await stsClient(place("https://once.example"), {});
    expect(await stsClient(place("https://once.example"), {})).toBe(one);
    expect(await stsClient(place("https://once.example"), { clientConfig: { useFipsEndpoint: false } })).not.toBe(one);
  });

  it("is forgotten when a hundred others came, and the last ones are not", async () => {
    const first = await stsClient(place("https://first.example"), {});
    const others = await Promise.all(
      Array.from({ length: 100 }, (_, index) => stsClient(place(`https://other-${index}.example`), {})),
    );
    expect(await stsClient(place("https://other-99.example"), {})).toBe(others[99]);
    expect(await stsClient(place("https://first.example"), {})).not.toBe(first);
  });

  it("is made anew after it could not be made", async () => {
    let reads = 0;
    const clientConfig = {
      get customUserAgent() {
        reads += 1;
        if (reads === 2) {
          throw new Error("not yet");
        }
        return "mine";
      },
    };
    await expect(stsClient(place("https://failing.example"), { clientConfig })).rejects.toThrow("not yet");
    await expect(stsClient(place("https://failing.example"), { clientConfig })).resolves.toBeDefined();
  });
});

describe("a wrong clock", () => {
  it.each([-6, 6])("of %i minutes is more than STS takes, and is corrected for one request", async (minutes) => {
    const aws = await emulatedAws({ roles: [{ roleName: "reader" }] });
    aws.emulator.clock.advance(minutes * MINUTE_MS);
    await fromAssumeRole({ ...aws.at, roleArn: roleArn("reader"), source: aws.user })();
    expect(aws.emulator.count("AssumeRole")).toBe(2);
  });

  it("is corrected once in a call: a server whose clock jumps is not asked for ever", async () => {
    const { reader, clock } = await regionalAws();
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      const date = new Date(clock.now() + asked * 10 * MINUTE_MS).toUTCString();
      response.writeHead(403, { "content-type": "text/xml", date });
      response.end(
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
          "<Code>SignatureDoesNotMatch</Code><Message>Signature expired</Message></Error>" +
          "<RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ErrorResponse>",
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = reader({ stsRegions: undefined, region: FIRST, endpoint });
    expect(await ended(provider(), clock)).toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
    expect(asked).toBe(2);
  });

  it("is not seen in the date of an answer before: one that never came has none", async () => {
    const { emulator, reader, clock, stsRegions } = await regionalAws();
    const [{ endpoint }] = stsRegions;
    emulator.addFault({ kind: "error", times: 1 });
    let stepped = false;
    const when = (): boolean => {
      if (!stepped) {
        clock.step(-10 * MINUTE_MS);
        stepped = true;
      }
      return true;
    };
    emulator.addFault({ kind: "reset", when });
    const provider = reader({ stsRegions: undefined, region: FIRST, endpoint });
    expect(await ended(provider(), clock)).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(emulator.count("AssumeRole")).toBe(3);
  });
});

describe("a signed call that is refused with InvalidIdentityToken", () => {
  it("is not sent again: there is no token whose keys may be new", async () => {
    const { emulator, reader, clock } = await regionalAws();
    emulator.addFault({ kind: "refuse", status: 400, code: "InvalidIdentityToken" });
    expect(await ended(reader()(), clock)).toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
    expect(emulator.count("AssumeRole")).toBe(1);
  });
});
