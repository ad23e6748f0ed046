export async function nothing(): Promise<void> {
  // An execution that is only counted.
}
