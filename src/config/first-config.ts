import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes the configuration of a first start: ClickUp and GitHub with fresh random secrets, readable by its owner alone.
 * A file that is there is never touched.
 *
 * @returns whether it was written
 */
export async function writeFirstConfig(file: string): Promise<boolean> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  try {
    await writeFile(file, firstConfig(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await chmod(file, 0o600); // a umask may have taken more than the others' rights
  return true;
}

function firstConfig(): string {
  return `# Written by the first start of flowstate with fresh random secrets: keep it to yourself.
# Every setting with its default is in config.example.yaml; \`flowstate check-config\` tells what is wrong with this one.
# Values may name environment variables: "\${NAME}" or "\${NAME:-default}".

webhooks:
  host: "0.0.0.0" # 127.0.0.1 lets nobody else in
  port: 8000
  providers:
    clickup:
      enabled: true
      # ClickUp makes the secret of each webhook and returns it once, when the webhook is created: put it here instead of
      # this random one, which serves samples (flowstate send clickup). Several webhooks: a list of their secrets.
      webhook_secret: "${freshSecret()}"
      # api_token: "\${CLICKUP_API_TOKEN}" # a personal token (pk_…) lets names and descriptions be fetched
    github:
      enabled: true
      # The same text goes into the field "Secret" of the webhook's page on GitHub.
      webhook_secret: "${freshSecret()}"

# Temporal, the graph and the rest run embedded and keep their files here, relative to this file.
data_dir: ./data

admin:
  # Opens what is not for everybody: events, replays, queries. The commands read it from here.
  token: "${freshSecret()}"
`;
}

function freshSecret(): string {
  return randomBytes(32).toString('hex');
}
