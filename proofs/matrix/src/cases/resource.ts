import type { JsonObject } from '@bufbuild/protobuf';
import type { MatrixCase } from '../matrix-case.ts';
import { calls } from './calls.ts';
import { badFields, fails, ok, reused } from './outcomes.ts';

/** A resource that a service stores, with methods to get, create, list and update it. */
export interface ResourceUnderTest {
  /** The protobuf package, such as `user.v2`. */
  readonly api: string;
  /** The names of one resource and of many resources, such as `User` and `Users`. */
  readonly one: string;
  readonly many: string;
  /** The fields of a valid resource. The name is changed by the cases. */
  readonly sample: JsonObject & { readonly name: string };
  /** The methods that return the resource with the requested id, such as `GetUser`. */
  readonly byId: readonly string[];
}

const requestId = '01936a2f-7c3e-7b1a-9f00-0123456789ab';

/** The cases of every service that stores a resource, whatever its fields are. */
export function resourceCases({ api, one, many, sample, byId }: ResourceUnderTest): MatrixCase[] {
  const name = (text: string) => `${api}: ${text}`;
  const method = (verb: string) => calls(`${api}.${one}Service/${verb}`);
  const [get, create, list, update] = [
    method(`Get${one}`),
    method(`Create${one}`),
    method(`List${many}`),
    method(`Update${one}`),
  ];
  const field = one.replaceAll(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  const json = `${one.charAt(0).toLowerCase()}${one.slice(1)}`;
  const kept = `${api.replaceAll('.', '_')}Id`;
  const stored = { id: `{${kept}}`, ...sample, createTime: `{${kept}Time}` };
  const renamed = { ...stored, name: 'Renamed' };
  const response = (value: JsonObject) => ok({ [json]: value });
  const writes: [ReturnType<typeof calls>, JsonObject][] = [
    [create, { [json]: sample }],
    [update, { [json]: { id: `{${kept}}`, name: 'Nobody' } }],
  ];
  const reads: [ReturnType<typeof calls>, JsonObject][] = [
    [get, { id: `{${kept}}` }],
    [list, {}],
  ];
  return [
    create(name('a new one'), { [json]: sample, requestId }, response(stored)),
    create(name('the same request again'), { [json]: sample, requestId }, response(stored)),
    create(
      name('another request with the same id'),
      { [json]: { ...sample, name: 'Other' }, requestId },
      reused(field.replaceAll('_', '-'), requestId),
    ),
    create(
      name('only invalid fields'),
      { [json]: { ...sample, name: 'two\nlines' }, requestId: 'x' },
      badFields(`${field}.name`, 'request_id'),
    ),
    create(name('nothing'), {}, badFields(field)),
    ...byId.map((rpc) => method(rpc)(name(`${rpc} by an id`), { id: `{${kept}}` }, response(stored))),
    get(name('a text that is no id'), { id: 'x' }, badFields('id')),
    list(name('an invalid page'), { pageSize: -1, pageToken: '?' }, badFields('page_size', 'page_token')),
    update(
      name('a name changed'),
      { [json]: { id: `{${kept}}`, name: 'Renamed' }, updateMask: { paths: ['name'] } },
      response(renamed),
    ),
    update(
      name('a name that cannot be cleared'),
      { [json]: { id: `{${kept}}` }, updateMask: { paths: ['name', 'nothing'] } },
      badFields(`${field}.name`, 'update_mask.paths[1]'),
    ),
    ...[...reads, ...writes].flatMap(([call, request]) => [
      call(name('no token'), request, fails('UNAUTHENTICATED'), { caller: 'nobody' }),
      call(name('a token without its scope'), request, fails('PERMISSION_DENIED'), { caller: 'customer c-1' }),
    ]),
  ];
}
