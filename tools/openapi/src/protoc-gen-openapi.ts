// A protoc plugin that writes openapi.json, the OpenAPI document of all services, and schemas/MESSAGE.json, the JSON
// Schema of each message. Node runs this file directly.
import { readFileSync } from 'node:fs';
import { createEcmaScriptPlugin, runNodeJs } from '@bufbuild/protoplugin';
import { openApiDocument } from './document.ts';
import { messageSchemas } from './message-schemas.ts';

runNodeJs(
  createEcmaScriptPlugin({
    name: 'protoc-gen-openapi',
    version: '1',
    generateTs({ files: all, generateFile }) {
      // Descriptor sets also contain imported files.
      const files = all.filter(({ proto }) => !proto.package.startsWith('google.'));
      const write = (path: string, content: unknown) => generateFile(path).print(JSON.stringify(content, undefined, 2));
      // buf runs plugins in the root of the repository.
      const { version } = JSON.parse(readFileSync('packages/protos/package.json', 'utf8')) as { version: string };
      write('openapi.json', openApiDocument(files, version));
      for (const [name, schema] of messageSchemas(files)) write(`schemas/${name}.json`, schema);
    },
  }),
);
