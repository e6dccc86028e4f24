/** Runs `work` with environment variables set, and puts everything back. */
export async function withEnv<T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(env)) {
      delete process.env[name];
    }
    Object.assign(process.env, before);
  }
}
