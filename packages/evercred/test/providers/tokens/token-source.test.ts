import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { defineTokenSource, tokenSourceInternals } from "../../../src/providers/tokens/token-source.js";
import { untilAborted } from "../../../src/providers/until-aborted.js";
import { tokenRequest } from "../../support/token-server.js";

describe("a token source of ours", () => {
  const source = defineTokenSource(
    "vault",
    () => ({ source: "vault" }),
    async (request) => `token at ${request.clock.now()}`,
  );

  it("is a frozen function that says what it is, and does not show it", () => {
    expect(Object.isFrozen(source)).toBe(true);
    expect(inspect(source, { showHidden: false })).toBe("[AsyncFunction: vault]");
    expect(Object.keys(source)).toEqual([]);
    expect(tokenSourceInternals(source)?.name).toBe("vault");
    expect(tokenSourceInternals(source)?.key()).toEqual({ source: "vault" });
  });

  it("is known to another copy of the package", () => {
    expect(Reflect.get(source, Symbol.for("evercred.tokenSource.v1"))).toBe(tokenSourceInternals(source));
  });

  it("answers what it reads", async () => {
    expect(await source(tokenRequest())).toBe(`token at ${Date.UTC(2026, 0, 1)}`);
  });

  it("is told from any other function", () => {
    expect(tokenSourceInternals(() => "token")).toBeUndefined();
  });
});

describe("untilAborted", () => {
  it("passes on what the work ends with", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  });

  it("does not begin to wait after the abort", async () => {
    const reason = new Error("enough");
    await expect(untilAborted(new Promise(() => {}), AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("leaves work that fails after the abort to itself", async () => {
    const controller = new AbortController();
    let fail = (_error: Error): void => {};
    const work = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const wait = untilAborted(work, controller.signal);
    controller.abort(new Error("enough"));
    await expect(wait).rejects.toThrow("enough");
    fail(new Error("too late"));
  });
});
