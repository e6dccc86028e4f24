import type { AwsEmulator } from "@evercred/testing";
import { aws, type Check, type Environment, refused } from "./run-cli.js";

export function refusalChecks(emulator: AwsEmulator, env: Environment): readonly Check[] {
  const identity = ["sts", "get-caller-identity"];
  const list = ["s3api", "list-buckets"];
  const wrongSecret = { AWS_SECRET_ACCESS_KEY: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY" };
  const noToken = { ...env, AWS_SESSION_TOKEN: "" };
  const check = (
    name: string,
    { args, as, wanted }: { args: readonly string[]; as: Environment; wanted: RegExp },
  ): Check => ({
    name,
    run: async () => refused(await aws(emulator, args, as), wanted),
  });
  return [
    check("a wrong secret is refused by STS", { args: identity, as: wrongSecret, wanted: /\(SignatureDoesNotMatch\)/ }),
    check("a wrong secret is refused by S3", { args: list, as: wrongSecret, wanted: /\(SignatureDoesNotMatch\)/ }),
    check("a session key without its token is refused by STS", {
      args: identity,
      as: noToken,
      wanted: /\(InvalidClientTokenId\)/,
    }),
    check("a session key without its token is refused by S3", {
      args: list,
      as: noToken,
      wanted: /\(InvalidAccessKeyId\)/,
    }),
    {
      name: "an expired session is refused by STS and S3",
      async run() {
        emulator.expireSession(env["AWS_ACCESS_KEY_ID"] ?? "");
        refused(await aws(emulator, identity, env), /\(ExpiredToken\)/);
        refused(await aws(emulator, list, env), /\(ExpiredToken\)/);
      },
    },
    {
      name: "a throttled call is refused",
      async run() {
        const lift = emulator.addFault({ kind: "throttle" });
        refused(await aws(emulator, identity), /\(Throttling\).*Rate exceeded/s);
        lift();
      },
    },
  ];
}
