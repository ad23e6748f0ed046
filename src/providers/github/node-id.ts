/**
 * The numeric id inside the node id of a pull request. A comment shows the conversation of a pull request as an issue,
 * whose `id` is another one; only `node_id` is the pull request's own. Its two forms are base64 of
 * `011:PullRequest279147437`, and `PR_` with base64url of the msgpack array [0, repository id, pull request id]. GitHub
 * promises neither, so the second must name the repository too; undefined where anything is different.
 */
export function pullRequestIdOf(nodeId: string, repositoryId: string): string | undefined {
  if (!nodeId.startsWith('PR_')) {
    return /^011:PullRequest(\d+)$/.exec(Buffer.from(nodeId, 'base64').toString('latin1'))?.[1];
  }
  const bytes = Buffer.from(nodeId.slice('PR_'.length), 'base64url');
  if (bytes[0] !== 0x93 || bytes[1] !== 0) return undefined;
  const repository = readUnsigned(bytes, 2);
  if (repository === undefined || String(repository.value) !== repositoryId) return undefined;
  const pullRequest = readUnsigned(bytes, repository.end);
  return pullRequest?.end === bytes.length ? String(pullRequest.value) : undefined;
}

/** An unsigned integer of msgpack: fixint, or one, two, four or eight bytes after their tag. */
function readUnsigned(bytes: Buffer, start: number): { value: bigint; end: number } | undefined {
  const tag = bytes[start];
  if (tag === undefined) return undefined;
  if (tag < 0x80) return { value: BigInt(tag), end: start + 1 };
  if (tag < 0xcc || tag > 0xcf) return undefined;
  const end = start + 1 + 2 ** (tag - 0xcc);
  if (end > bytes.length) return undefined;
  return { value: BigInt(`0x${bytes.toString('hex', start + 1, end)}`), end };
}
