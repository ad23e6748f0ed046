type Results<T extends readonly Promise<unknown>[]> = { -readonly [K in keyof T]: Awaited<T[K]> };

/**
 * The results of what starts side by side. Where one of them fails, the others are waited for all the same before the
 * error is thrown: by then they have told the shutdown what they began, so that nothing is left running.
 */
export async function allStarted<const T extends readonly Promise<unknown>[]>(
  starting: T,
): Promise<Results<T>> {
  await Promise.allSettled(starting);
  return await Promise.all(starting);
}
