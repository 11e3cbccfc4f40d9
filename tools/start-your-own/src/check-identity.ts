import { type Identity, pythonModuleOf } from './identity.ts';

/**
 * Checks names by the rules of the registries and languages that use them.
 *
 * @param takenScopes the npm scopes of the dependencies
 * @returns a line for each invalid name, with the remedy
 */
export function problemsOf(identity: Identity, takenScopes: ReadonlySet<string>): string[] {
  return [
    ...scopeProblems(identity.scope, takenScopes),
    ...goProblems(identity.goModule),
    ...pythonProblems(identity),
    ...prefixProblems(identity.protoPrefix),
    ...(isHost(identity.domain) ? [] : [`--domain "${identity.domain}": use a host name such as acme.com`]),
    ...(isHolder(identity.holder) ? [] : ['--holder: use 1 to 100 characters on one line, without quotes or */']),
    ...(isRepository(identity.repository)
      ? []
      : [`--repository "${identity.repository}": use an address such as https://github.com/acme/protos`]),
  ];
}

/** https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name */
function scopeProblems(scope: string, taken: ReadonlySet<string>): string[] {
  if (!/^@[a-z0-9][a-z0-9._-]{0,39}$/.test(scope)) {
    const form = 'lower-case letters, digits, ".", "-" and "_", 40 at most, beginning with a letter or digit';
    return [`--scope "${scope}": an npm scope has ${form}: such as acme`];
  }
  return taken.has(scope) ? [`--scope "${scope}": packages that this repository depends on have it: use your own`] : [];
}

/**
 * The rules for module paths, and those that let `go get` find the repository: https://go.dev/ref/mod#go-mod-file-ident
 */
function goProblems(path: string): string[] {
  const say = (text: string) => [`--go-module "${path}": ${text}`];
  const [host = '', ...elements] = path.split('/');
  if (!isHost(host)) return say('a path begins with a host: such as github.com/acme/protos');
  if (elements.length === 0 || elements.some((element) => !/^[a-z0-9_~-][a-z0-9._~-]*$/.test(element))) {
    return say('after the host come elements of lower-case letters, digits, ".", "-", "_" and "~", separated by "/"');
  }
  if (elements.some((element) => element.endsWith('.') || element.includes('..'))) {
    return say('an element cannot end with "." or contain ".."');
  }
  if (/^v\d+$/.test(elements.at(-1) as string)) return say('leave out the major version: the first release is 1.0.0');
  if (host === 'gopkg.in') return say('gopkg.in has rules of its own: use the path of the repository');
  if (['github.com', 'bitbucket.org'].includes(host) && elements.length !== 2) {
    return say(`go.mod is in the root of the repository, so the path is ${host}/OWNER/REPOSITORY`);
  }
  return path.length <= 200 ? [] : say('use 200 characters at most');
}

/** Modules that programs import together with the package, and modules of Python itself. */
const takenModules = /^(google|grpc|user|order|tests|example_services|example_betterproto|grpc_tools|mypy|pip|test)$/;
const keywords =
  /^(and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|match|case|type)$/;

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
function pythonProblems(identity: Identity): string[] {
  const say = (text: string) => [`--python-name "${identity.pythonPackage}": ${text}`];
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(identity.pythonPackage)) {
    return say('use lower-case letters and digits, with single hyphens between them: such as acme-protos');
  }
  if (identity.pythonPackage.length > 64) return say('use 64 characters at most');
  const module = pythonModuleOf(identity);
  if (/^\d/.test(module)) return say('begin with a letter: programs import it as a module');
  if (takenModules.test(module) || keywords.test(module)) return say(`the module ${module} would hide another one`);
  return [];
}

/** Words that start a declaration or a type of protobuf, so that a type cannot be named after them. */
const protobufWords =
  /^(bool|bytes|double|edition|enum|export|extend|extensions|float|group|import|local|map|message|oneof|option|optional|package|repeated|required|reserved|returns|rpc|service|s?fixed(32|64)|[su]?int(32|64)|stream|string|syntax|to|weak|public)$/;
/** Folders that Go does not import, and the modules and packages beside the generated code. */
const takenFolders = /^(internal|testdata|vendor|version|message_pool|proto|gen|dist|v\d+)$/;

function prefixProblems(prefix: string): string[] {
  if (prefix === '') return [];
  const say = (text: string) => [`--proto-prefix "${prefix}": ${text}`];
  const parts = prefix.split('.');
  if (prefix.length > 60 || !parts.every((part) => /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(part))) {
    return say('use lower-case letters, digits and single "_", 60 at most, with "." between parts: such as acme.shop');
  }
  const reserved = parts.find((part) => protobufWords.test(part) || keywords.test(part) || takenFolders.test(part));
  if (reserved !== undefined) return say(`${reserved} is reserved in protobuf, Go or Python`);
  // protobuf looks for a name in the enclosing packages first: in acme.google.user.v1, google.rpc is acme.google.rpc.
  const hiding = parts.find((part) => /(^|_)(google|grpc|users?|orders?)(_|$)/.test(part));
  return hiding === undefined ? [] : say(`${hiding} would hide packages with this name, or resemble them`);
}

function isHost(text: string): boolean {
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  return text.length <= 253 && new RegExp(`^${label}(?:\\.${label})+$`).test(text);
}

function isHolder(text: string): boolean {
  return /^[^\p{C}"\\]{1,100}$/u.test(text) && !text.includes('*/') && text.trim() === text;
}

function isRepository(text: string): boolean {
  return /^https:\/\/[\w.-]+(:\d+)?(\/[\w.~-]+)+$/.test(text) && !text.endsWith('.git');
}
