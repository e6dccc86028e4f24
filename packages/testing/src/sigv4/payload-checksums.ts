import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { crc32c } from "./crc32c.js";
import { RequestRefused } from "./refusal.js";

const checksums: Readonly<Record<string, (content: Buffer) => string>> = {
  "content-md5": (content) => createHash("md5").update(content).digest("base64"),
  "x-amz-checksum-crc32": (content) => bigEndian(crc32(content)),
  "x-amz-checksum-crc32c": (content) => bigEndian(crc32c(content)),
  "x-amz-checksum-sha1": (content) => createHash("sha1").update(content).digest("base64"),
  "x-amz-checksum-sha256": (content) => createHash("sha256").update(content).digest("base64"),
};

/**
 * Holds the content against every checksum that came with it. CRC64NVME is taken as it comes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function verifyChecksums(content: Buffer, claimedValue: (name: string) => string | undefined): void {
  for (const [name, compute] of Object.entries(checksums)) {
    const claimed = claimedValue(name);
    if (claimed === undefined) continue;
    const computed = compute(content);
    if (claimed !== computed) throw new RequestRefused({ reason: "checksum-mismatch", name });
  }
}

function bigEndian(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}
