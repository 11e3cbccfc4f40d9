import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputOf, startNodeServer } from '@example/kit/programs';
import { RenamedClone } from './renamed-clone.ts';

const names = {
  scope: 'acme-42',
  options: ['--go-module', 'git.acme-42.io/platform/protos', '--proto-prefix', 'acme'],
};

/** @param module the path of the Go module */
const program = (module: string) => `package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	stockv1 "${module}/gen/go/acme/stock/v1"
)

func main() {
	conn, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	request := &stockv1.CreateStockRequest{Stock: &stockv1.Stock{Name: "Pencils"}}
	response, err := stockv1.NewStockServiceClient(conn).CreateStock(context.Background(), request)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.GetStock().GetName())
}
`;

/**
 * Follows the steps of a new user, from `git clone` to the first call of a Go program to a service of their own. The
 * program uses the Go module under the user's own name.
 *
 * @param folder empty
 * @returns the output of the Go program
 */
export async function makeFirstCall(folder: string, print: (line: string) => void): Promise<string> {
  const started = performance.now();
  const done = (what: string) => print(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${what}`);
  const clone = await RenamedClone.create(join(folder, 'clone'));
  done('cloned and installed');
  await clone.rename(names);
  done('renamed');
  await clone.run('pnpm', 'new', 'service', 'stock');
  done('a service made');
  const main = join(clone.folder, 'packages/stock-service/src/main.ts');
  await using server = await startNodeServer(main, { AUTH: 'off', DATABASE_URL: `sqlite:${join(folder, 'stock.db')}` });
  done('the service listens');
  const [, module = ''] = /^module (\S+)/m.exec(await readFile(join(clone.folder, 'go.mod'), 'utf8')) ?? [];
  const consumer = join(folder, 'consumer');
  await mkdir(consumer);
  await writeFile(join(consumer, 'main.go'), program(module));
  const go = async (...args: readonly string[]) => await outputOf('go', args, { cwd: consumer });
  await go('mod', 'init', 'consumer');
  await go('mod', 'edit', `-require=${module}@v1.0.0`, `-replace=${module}=${clone.folder}`);
  await go('mod', 'tidy');
  const answer = (await go('run', '.', new URL(server.url).host)).trim();
  done(`Go has called CreateStock of ${module}: ${answer}`);
  return answer;
}
