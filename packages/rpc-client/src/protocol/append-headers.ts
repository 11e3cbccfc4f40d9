export function appendHeaders(to: Headers, from: Headers): void {
  for (const [name, value] of from) to.append(name, value);
}
