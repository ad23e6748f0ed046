const everyMs = 1000;
const requests =
  /^service_requests\{.*operation="(?:List|Count|Scan)WorkflowExecutions".*service_name="frontend".*\} (\d+)/;
const refused =
  /^service_errors_resource_exhausted\{.*operation="(?:List|Count|Scan)WorkflowExecutions".*\} (\d+)/;

export interface VisibilityRate {
  readonly requests: number;
  readonly mostInOneSecond: number;
  /** Beyond what the server allows. */
  readonly refused: number;
}

/** Watches how often anybody asks Temporal's visibility, by the server's own metrics, until it is stopped. */
export function watchVisibility(metricsUrl: string): () => Promise<VisibilityRate> {
  let last = { at: performance.now(), total: 0 };
  let mostInOneSecond = 0;
  const look = async (): Promise<number> => {
    const text = await (await fetch(metricsUrl)).text();
    const now = { at: performance.now(), total: sum(text, requests) };
    const rate = ((now.total - last.total) * 1000) / Math.max(now.at - last.at, everyMs);
    mostInOneSecond = Math.max(mostInOneSecond, Math.round(rate * 10) / 10);
    last = now;
    return sum(text, refused);
  };
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  return async () => {
    clearInterval(timer);
    return { refused: await look(), requests: last.total, mostInOneSecond };
  };
}

function sum(text: string, pattern: RegExp): number {
  return text.split('\n').reduce((total, line) => total + Number(pattern.exec(line)?.[1] ?? 0), 0);
}
