import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AwsEmulator } from "@evercred/testing";
import { aws, type Check, type Environment, equal, refused, succeeded } from "./run-cli.js";

export function s3Checks(emulator: AwsEmulator, folder: string, env: Environment): readonly Check[] {
  const key = "a folder/ключ (1)+&=.txt";
  const source = join(folder, "source.txt");
  const target = join(folder, "target.txt");
  const content = randomUUID();
  return [
    {
      name: "s3api put-object with session credentials",
      async run() {
        await writeFile(source, content);
        const args = ["s3api", "put-object", "--bucket", "box", "--key", key, "--body", source, "--metadata", "a=b"];
        succeeded(await aws(emulator, args, env));
      },
    },
    {
      name: "s3api get-object with session credentials",
      async run() {
        succeeded(await aws(emulator, ["s3api", "get-object", "--bucket", "box", "--key", key, target], env));
        equal(await readFile(target, "utf8"), content);
      },
    },
    {
      name: "s3api list-objects-v2 and list-buckets with session credentials",
      async run() {
        const objects = succeeded(
          await aws(emulator, ["s3api", "list-objects-v2", "--bucket", "box", "--prefix", "a "], env),
        );
        equal(JSON.parse(objects.stdout).Contents[0].Key, key);
        const buckets = succeeded(await aws(emulator, ["s3api", "list-buckets"], env));
        equal(JSON.parse(buckets.stdout).Buckets[0].Name, "box");
      },
    },
    {
      name: "s3 presign with session credentials, and a plain GET",
      async run() {
        // Without the region in the configuration, older versions presign with the long gone SigV2.
        const config = join(folder, "config");
        await writeFile(config, "[default]\ns3 =\n  signature_version = s3v4\n  addressing_style = path\n");
        const args = ["s3", "presign", `s3://box/${key}`, "--expires-in", "60"];
        const { stdout } = succeeded(await aws(emulator, args, { ...env, AWS_CONFIG_FILE: config }));
        const answer = await fetch(stdout.trim());
        equal(`${answer.status} ${await answer.text()}`, `200 ${content}`);
      },
    },
    {
      name: "s3api delete-object with session credentials",
      async run() {
        succeeded(await aws(emulator, ["s3api", "delete-object", "--bucket", "box", "--key", key], env));
        refused(
          await aws(emulator, ["s3api", "get-object", "--bucket", "box", "--key", key, target], env),
          /\(NoSuchKey\)/,
        );
      },
    },
  ];
}
