import { AwsError } from "../aws-error.js";

export interface StoredObject {
  readonly content: Buffer;
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** Headers that come back with the object: its type and its `x-amz-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly name: string;
  readonly createdAtMs: number;
  readonly objects: Map<string, StoredObject>;
}

/** The buckets of one emulator, in memory. */
export interface Buckets {
  create(name: string, nowMs: number): void;
  has(name: string): boolean;
  /** Throws `NoSuchBucket`. */
  get(name: string): Bucket;
  list(): readonly Bucket[];
}

export function createBuckets(): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    create(name, nowMs): void {
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
        throw new AwsError({ status: 400, code: "InvalidBucketName" }, "The specified bucket is not valid.", {
          BucketName: name,
        });
      }
      if (buckets.has(name)) {
        const message = "Your previous request to create the named bucket succeeded and you already own it.";
        throw new AwsError({ status: 409, code: "BucketAlreadyOwnedByYou" }, message, { BucketName: name });
      }
      buckets.set(name, { name, createdAtMs: nowMs, objects: new Map() });
    },
    has: (name) => buckets.has(name),
    get(name): Bucket {
      const bucket = buckets.get(name);
      if (bucket === undefined) {
        throw new AwsError({ status: 404, code: "NoSuchBucket" }, "The specified bucket does not exist", {
          BucketName: name,
        });
      }
      return bucket;
    },
    list: () => [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
