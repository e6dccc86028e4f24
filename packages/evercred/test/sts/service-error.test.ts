import { describe, expect, it } from "vitest";
import { classifyServiceError, describeServiceError, isThrottling, neverArrived } from "../../src/sts/service-error.js";

function answer(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error("…"), { name, $metadata: { httpStatusCode } });
}

function socket(code: string, name = "Error"): Error {
  return Object.assign(new Error("…"), { name, code });
}

describe("classifyServiceError", () => {
  it.each([
    ["Throttling", 400],
    ["ThrottlingException", 400],
    ["ThrottledException", 400],
    ["RequestThrottled", 400],
    ["RequestThrottledException", 400],
    ["TooManyRequestsException", 400],
    ["RequestLimitExceeded", 503],
    ["BandwidthLimitExceeded", 400],
    ["LimitExceededException", 400],
    ["SlowDown", 503],
    ["Whatever", 429],
  ])("takes %s with %i for throttling: transient", (name, status) => {
    expect(classifyServiceError(answer(name, status))).toBe("transient");
  });

  it.each([
    ["InternalFailure", 500],
    ["ServiceUnavailable", 503],
    ["AnythingElse", 500],
    ["RequestTimeout", 400],
    ["RequestTimeoutException", 400],
    ["PriorRequestNotComplete", 400],
    ["IDPCommunicationError", 400],
    ["IDPCommunicationErrorException", 400],
  ])("takes %s with %i for transient", (name, status) => {
    expect(classifyServiceError(answer(name, status))).toBe("transient");
    expect(isThrottling(answer(name, status))).toBe(false);
  });

  it.each([200, 302, 408])("takes what is no refusal for transient: an answer of %i that cannot be read", (status) => {
    expect(classifyServiceError(answer("Unknown", status))).toBe("transient");
  });

  it("takes settings that exclude each other for the configuration", () => {
    expect(classifyServiceError(Object.assign(new Error("…"), { name: "EndpointError" }))).toBe("config");
  });

  it.each(["ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId"])(
    "takes %s for an input to renew",
    (name) => {
      expect(classifyServiceError(answer(name, 403))).toBe("renew");
    },
  );

  it.each([
    ["AccessDenied", 403, "denied"],
    ["AccessDeniedException", 403, "denied"],
    ["SignatureDoesNotMatch", 403, "denied"],
    ["IDPRejectedClaim", 403, "denied"],
    ["SomethingNew", 400, "denied"],
    ["MalformedPolicyDocument", 400, "config"],
    ["MalformedPolicyDocumentException", 400, "config"],
    ["PackedPolicyTooLargeException", 400, "config"],
    ["RegionDisabledException", 403, "config"],
    ["ValidationError", 400, "config"],
  ] as const)("takes %s with %i for %s", (name, status, expected) => {
    expect(classifyServiceError(answer(name, status))).toBe(expected);
  });

  it.each(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"])(
    "takes the socket's %s for transient",
    (code) => {
      expect(classifyServiceError(socket(code))).toBe("transient");
    },
  );

  it("takes an attempt that was cut off for a timeout", () => {
    expect(classifyServiceError(socket("", "TimeoutError"))).toBe("timeout");
    expect(classifyServiceError(socket("ETIMEDOUT"))).toBe("timeout");
    expect(classifyServiceError(new DOMException("…", "AbortError"))).toBe("timeout");
  });

  it("looks through causes and gathered errors, and ends where they go in circles", () => {
    const wrapped = new Error("outer", { cause: new Error("middle", { cause: answer("Throttling", 400) }) });
    expect(classifyServiceError(wrapped)).toBe("transient");
    expect(classifyServiceError(new AggregateError([new Error("v6"), socket("ECONNREFUSED")]))).toBe("transient");
    const circle = new Error("one");
    circle.cause = new Error("two", { cause: circle });
    expect(classifyServiceError(circle)).toBeUndefined();
  });

  it("says nothing of what it does not know", () => {
    expect(classifyServiceError(new TypeError("x is not a function"))).toBeUndefined();
    expect(classifyServiceError("text")).toBeUndefined();
  });
});

describe("neverArrived", () => {
  const failed = (syscall: string | undefined, code: string): Error =>
    Object.assign(new Error(`${syscall} ${code}`), { code, ...(syscall === undefined ? {} : { syscall }) });

  it.each([
    ["connect", "ECONNREFUSED"],
    ["connect", "EHOSTUNREACH"],
    ["connect", "ENETUNREACH"],
    ["getaddrinfo", "ENOTFOUND"],
    ["getaddrinfo", "EAI_AGAIN"],
  ])("is what %s %s says, also where it is inside another error", (syscall, code) => {
    expect(neverArrived(failed(syscall, code))).toBe(true);
    expect(neverArrived(new Error("outer", { cause: failed(syscall, code) }))).toBe(true);
    expect(neverArrived(new AggregateError([new Error("v6"), failed(syscall, code)]))).toBe(true);
  });

  it.each([
    ["read", "ECONNRESET"],
    ["read", "EHOSTUNREACH"],
    ["read", "ENETUNREACH"],
    ["write", "EPIPE"],
    ["write", "EHOSTUNREACH"],
    ["connect", "ETIMEDOUT"],
    ["connect", "ECONNRESET"],
    [undefined, "ECONNREFUSED"],
  ])("is not what %s %s says: the request may have been read", (syscall, code) => {
    expect(neverArrived(failed(syscall, code))).toBe(false);
  });

  it("is not what an answer says", () => {
    expect(neverArrived(answer("InternalFailure", 500))).toBe(false);
    expect(neverArrived("ECONNREFUSED")).toBe(false);
  });
});

describe("describeServiceError", () => {
  it.each([
    "char 'F' is not expected.:1:1\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.",
    "XML parse error: Invalid tag 'br'",
  ])("says of an answer that the SDK cannot read what it is, not where the SDK put it: %#", (message) => {
    const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: 403 } });
    expect(describeServiceError(error)).toMatchObject({ message: "the answer is no XML of STS", status: 403 });
  });

  it("says what the service said, by its code without the suffix", () => {
    const $metadata = { httpStatusCode: 400, requestId: "c6104cbe" };
    const error = Object.assign(new Error("too long"), { name: "PackedPolicyTooLargeException", $metadata });
    expect(describeServiceError(error)).toEqual({
      code: "PackedPolicyTooLarge",
      message: "too long",
      status: 400,
      requestId: "c6104cbe",
    });
  });
});
