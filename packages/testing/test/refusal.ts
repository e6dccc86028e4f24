/** The message of the `TypeError` that something ends with; anything else that comes of it comes back as it is. */
export async function refusalOf(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return error instanceof TypeError ? error.message : error;
  }
}
