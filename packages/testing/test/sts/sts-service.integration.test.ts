import { expect, test } from "vitest";
import { demoKeys, startEmulator } from "../emulator-fixture.js";
import { presignedBySdk, sendWire } from "../wire.js";

async function ask(query: Record<string, string>) {
  const emulator = await startEmulator();
  const credentials = demoKeys(emulator);
  const signed = await presignedBySdk({ url: emulator.url, service: "sts", path: "/", query, credentials });
  return { answer: await sendWire(emulator.port, signed), emulator };
}

test("answers a GET as it does a POST, with a request id in header and body", async () => {
  const { answer } = await ask({ Action: "GetCallerIdentity", Version: "2011-06-15" });
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toBe("text/xml");
  expect(answer.body).toContain(`<RequestId>${answer.headers["x-amzn-requestid"]}</RequestId>`);
});

test("refuses an action that is not one", async () => {
  const { answer, emulator } = await ask({ Action: "AssumeNothing", Version: "2011-06-15" });
  expect(answer).toMatchObject({ status: 400, code: "InvalidAction" });
  expect(answer.body).toBe(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation AssumeNothing for version 2011-06-15</Message></Error><RequestId>${answer.headers["x-amzn-requestid"]}</RequestId></ErrorResponse>`,
  );
  expect(emulator.count("AssumeNothing")).toBe(1);
});

test("refuses another version of the API, and none", async () => {
  const other = await ask({ Action: "GetCallerIdentity", Version: "2010-01-01" });
  expect(other.answer).toMatchObject({ status: 400, code: "InvalidAction" });
  expect((await ask({ Action: "GetCallerIdentity" })).answer).toMatchObject({ status: 400, code: "InvalidAction" });
});

test("refuses a request without an action", async () => {
  expect((await ask({ Version: "2011-06-15" })).answer).toMatchObject({ status: 400, code: "MissingAction" });
});

test("names what is missing, as STS does", async () => {
  const { answer } = await ask({ Action: "AssumeRole", Version: "2011-06-15", RoleSessionName: "session" });
  expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
  expect(answer.body).toContain(
    "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
  );
});

test("refuses a duration that is no number", async () => {
  const query = { Action: "AssumeRole", Version: "2011-06-15", DurationSeconds: "soon" };
  expect((await ask(query)).answer).toMatchObject({ status: 400, code: "MalformedInput" });
});
