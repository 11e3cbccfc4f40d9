import { root } from '@example/kit/root';
import { expect, it } from 'vitest';
import { runNew } from './new-command.ts';
import { newService } from './service/new-service.ts';

async function run(...args: string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const stream = {
    write: (text: string) => {
      output += text;
      return true;
    },
  } as unknown as typeof process.stdout;
  return { code: await runNew(args, { stdout: stream, stderr: stream as unknown as typeof process.stderr }), output };
}

it.each<[string[], RegExp]>([
  [[], /^pnpm new: service, method or field, and what it is called\./],
  [['service'], /what it is called/],
  [['servce', 'stock'], /service, method or field/],
  [
    ['service', 'Stock'],
    /the name must be words of a-z and 0-9, joined by hyphens, such as stock or price-list, not "Stock"/,
  ],
  [['service', 'stock-service'], /the name is that of what the service keeps: stock, not stock-service/],
  [['service', 'user'], /There is a proto\/user already: choose another name/],
  [['service', 'class'], /the name cannot be class, a reserved word of Python and TypeScript: choose another/],
  [['service', 'value'], /because SQL reserves values: choose another/],
  [['service', 'page'], /the code of a service uses the name page already: choose another/],
  [['service', 'google'], /google is a package of others/],
  [['service', 'stock', '--port', '9000'], /port 9000 is that of UserService: choose another with --port N/],
  [['service', 'stock', '--port', 'x'], /--port must be from 1 to 65535, not "x"/],
  [['service', 'sheep', '--plural', 'sheep'], /sheep and its plural must differ: name another with --plural/],
  [['service', 'stock', '--prot', '1'], /Unknown option '--prot'/],
  [['method', 'user.v2.UserService.BanUser'], /a method is PACKAGE\.SERVICE\/METHOD, such as/],
  [['method', 'user.v2.UserService/banUser'], /its own name starts with a capital/],
  [['method', 'user.v2.UserService/GetUser'], /UserService has a method GetUser already: choose another name/],
  [['method', 'user.v2.PersonService/BanUser'], /has no service PersonService; it has UserService/],
  [['method', 'user.v1.UserService/BanUser'], /user\.v1 is not the newest version of the API: name user\.v2 instead/],
  [
    ['method', 'stock.v1.StockService/Do'],
    /there is no service of the package stock\.v1; there are user\.v1, user\.v2, order\.v1/,
  ],
  [['method', 'order.v1.OrderService/Do'], /order-service keeps its data in a way of its own: .*services\.md/],
  [['method', 'user.v2.UserService/BanUser', '--stream', 'both'], /--stream must be server, client, bidi, not "both"/],
  [['field', 'user.v2.User', 'phone'], /what it is called/],
  [['field', 'user.v2', 'phone', 'string'], /a message is PACKAGE\.MESSAGE/],
  [['field', 'user.v2.Person', 'phone', 'string'], /has no message Person; it has User, Address/],
  [['field', 'user.v2.User', 'Phone', 'string'], /a field is words of a-z and 0-9, joined by underscores/],
  [['field', 'user.v2.User', 'from', 'string'], /a field cannot be from, a reserved word of Python: choose another/],
  [['field', 'user.v2.User', 'create_time', 'string'], /User has a field create_time already/],
  [['field', 'user.v2.User', 'phone', 'text'], /a stored field can have the types string, bool, .* not "text"/],
  [['field', 'user.v2.GetUserRequest', 'phone', 'text'], /"text" is no type of protobuf, nor a message or enum of/],
])('pnpm new %j is refused with what to do', async (args, message) => {
  const { code, output } = await run(...args);
  expect(output).toMatch(message);
  expect(code).toBe(1);
});

it('--dry-run prints what would be written', async () => {
  const { code, output } = await run('field', 'user.v2.User', 'unit_price', 'optional double', '--dry-run');
  expect(code).toBe(0);
  expect(output).toContain('change  proto/user/v2/user.proto\n');
  expect(output).toContain('          +   optional double unit_price = 8;\n');
  expect(output).toContain('+       ALTER TABLE users ADD COLUMN unit_price DOUBLE PRECISION;\n');
});

it('a new service mentions neither its template nor the fields of its template', () => {
  const changes = newService(root, 'price-list', {});
  const own = changes.paths.filter((path) => /price.list/.test(path));
  expect(own).toContain('packages/price-list-service/src/store/price-list-repository.contract.ts');
  expect(own).toContain('proto/price_list/v1/price_list.proto');
  expect(changes.read('packages/price-list-service/src/main.test.ts')).toContain('of USER and PASSWORD');
  for (const path of own) {
    expect(path).not.toMatch(/user/);
    const content = changes.read(path).replaceAll(/USER(:| and )PASSWORD/g, '');
    expect(content).not.toMatch(/user|usr-|\bage\b|email|address\b|v2|Saoirse/i);
  }
});
