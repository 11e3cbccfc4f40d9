import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@example/kit/root';
import { buildProgram, outsideModule, skipReason } from '@example/kit/toolchains';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installOpenApiTools, openApiTool } from './python.ts';
import { documentPath, startServices } from './services.ts';

interface Operation {
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly example: unknown } } };
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': { readonly example: unknown } } };
  };
}

interface Document {
  readonly paths: Readonly<Record<string, { readonly post: Operation; readonly get?: unknown }>>;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
}

const document = JSON.parse(readFileSync(documentPath, 'utf8')) as Document;
const grpcurl = () => buildProgram(outsideModule, 'github.com/fullstorydev/grpcurl/cmd/grpcurl', 'grpcurl');
const withoutGrpcurl = await skipReason(grpcurl);
const withoutPython = await skipReason(installOpenApiTools);

describe.skipIf(withoutPython)(`the document of OpenAPI${withoutPython ?? ''}`, () => {
  it('is valid for openapi-spec-validator, and each JSON Schema is valid for jsonschema', () => {
    execFileSync(openApiTool('openapi-spec-validator'), [documentPath], { stdio: 'pipe' });
    const code = `
import glob, json, jsonschema
for path in glob.glob('${join(root, 'packages/protos/openapi/schemas/*.json')}'):
    jsonschema.Draft202012Validator.check_schema(json.load(open(path)))
    print(path)`;
    const checked = execFileSync(openApiTool('python'), ['-c', code], { encoding: 'utf8' });
    expect(checked.split('\n').length).toBeGreaterThan(20);
  });
});

describe('the examples of the document', () => {
  let folder: string;
  let services: Awaited<ReturnType<typeof startServices>>;
  /** The id of the order that the service has created in the examples. */
  let orderId = '';
  const exampleOrderId = 'ord-01a1fc77-8326-7349-b947-52d19761f6a4';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'examples-'));
    services = await startServices(folder);
  });
  afterAll(async () => {
    await services.disposeAsync();
    rmSync(folder, { recursive: true });
  });
  const urlOf = (path: string) => services.all.find(({ name }) => path.includes(`${name}.v`))?.url ?? '';

  it('run in their order, and have the responses of the document', async () => {
    for (const [path, { post, get }] of Object.entries(document.paths)) {
      const { example } = post.requestBody.content['application/json'];
      const message = JSON.stringify(example).replaceAll(exampleOrderId, orderId);
      const headers = { 'content-type': 'application/json' };
      const responses = [await fetch(urlOf(path) + path, { method: 'POST', headers, body: message })];
      const query = new URLSearchParams({ connect: 'v1', encoding: 'json', message });
      if (get !== undefined) responses.push(await fetch(`${urlOf(path)}${path}?${query}`));
      for (const response of responses) {
        const received = await response.text();
        if (path.endsWith('/CreateOrder')) orderId = JSON.parse(received).id;
        const time = /"createTime":"[^"]+"/g;
        const documented = JSON.stringify(post.responses[200].content['application/json'].example);
        expect(
          JSON.parse(
            received.replaceAll(orderId || exampleOrderId, exampleOrderId).replaceAll(time, '"createTime":"T"'),
          ),
        ).toEqual(JSON.parse(documented.replaceAll(time, '"createTime":"T"')));
      }
    }
  });

  it.skipIf(withoutGrpcurl)(`of streaming methods run with grpcurl${withoutGrpcurl ?? ''}`, async () => {
    const program = await grpcurl();
    const commands = document.tags.flatMap(({ description }) => [...description.matchAll(/^grpcurl .*$/gm)]);
    expect(commands).toHaveLength(3);
    for (const [command] of commands) {
      const address = new URL(urlOf('/order.v1.')).host;
      const line = command.replace('HOST:PORT', address).replaceAll(exampleOrderId, orderId);
      const args = line.split(/ (?=(?:[^']*'[^']*')*[^']*$)/).slice(1);
      const unquoted = args.map((arg) => arg.replace(/^'(.*)'$/, '$1'));
      const output = execFileSync(program, unquoted, { encoding: 'utf8' });
      expect(output).toContain('{');
    }
  });
});
