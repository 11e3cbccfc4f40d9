/** A case of h2spec. */
export interface CaseResult {
  /** The section and title, such as `http2/6.7 Sends a PING frame with ACK`. */
  readonly name: string;
  readonly isPassed: boolean;
}

const entities: Readonly<Record<string, string>> = { '#34': '"', '#39': "'", amp: '&', gt: '>', lt: '<' };

/** Reads the cases of the JUnit report that h2spec writes. A skipped case has not passed. */
export function parseReport(xml: string): CaseResult[] {
  const cases = xml.matchAll(/<testcase package="([^"]*)" classname="([^"]*)"[^>]*>(.*?)<\/testcase>/gs);
  return [...cases].map(([, section, title = '', result]) => ({
    name: `${section} ${title.replaceAll(/&([^;]+);/g, (whole, entity: string) => entities[entity] ?? whole)}`,
    isPassed: result === '',
  }));
}
