import { fail } from '../errors/connection-error.ts';
import { ErrorCode } from '../errors/error-code.ts';
import { codes, endOfString } from './huffman-code.ts';

/** The tree of codes. A child is the index of a node, a leaf encoded as `-2 - symbol`, or `absent`. */
type Tree = [zero: number, one: number][];
const absent = -1;

/**
 * A state machine that consumes four bits per step. `next` is the following state, `emitted` the symbol that the bits
 * complete, or -1. Codes have at least five bits, so a step completes at most one. A state is a node of the tree of
 * codes, 0 is the root.
 */
const { next, emitted, isPadding } = buildMachine();

function buildMachine() {
  const tree = buildTree();
  const next = new Int16Array(tree.length * 16);
  const emitted = new Int16Array(tree.length * 16);
  for (let state = 0; state < tree.length; state++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let node = state;
      let symbol = -1;
      for (let bit = 3; bit >= 0; bit--) {
        node = childOf(tree, node, (nibble >> bit) & 1);
        if (node >= 0) continue;
        symbol = symbolOf(node);
        node = 0;
        if (symbol === endOfString) break;
      }
      next[state * 16 + nibble] = node;
      emitted[state * 16 + nibble] = symbol;
    }
  }
  return { next, emitted, isPadding: paddingStates(tree) };
}

function buildTree(): Tree {
  const tree: Tree = [[absent, absent]];
  for (const { symbol, bits, length } of codes) {
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const side = Math.floor(bits / 2 ** bit) & 1;
      if (childOf(tree, node, side) === absent) setChild(tree, node, side, tree.push([absent, absent]) - 1);
      node = childOf(tree, node, side);
    }
    setChild(tree, node, bits & 1, -2 - symbol);
  }
  return tree;
}

function childOf(tree: Tree, node: number, side: number): number {
  return (tree[node] as Tree[number])[side] as number;
}

function setChild(tree: Tree, node: number, side: number, child: number): void {
  (tree[node] as Tree[number])[side] = child;
}

function symbolOf(leaf: number): number {
  return -2 - leaf;
}

/** The states in which a string may end. RFC 7541, section 5.2: padding is fewer than eight bits, all ones. */
function paddingStates(tree: Tree): Uint8Array {
  const states = new Uint8Array(tree.length);
  for (let node = 0, ones = 0; ones < 8; ones++) {
    states[node] = 1;
    node = childOf(tree, node, 1);
  }
  return states;
}

let octets = Buffer.allocUnsafeSlow(4096);

/** Decodes a Huffman string: RFC 7541, section 5.2. @throws ConnectionError COMPRESSION_ERROR */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string {
  // The shortest code has five bits.
  const maxLength = Math.ceil(((end - start) * 8) / 5);
  if (maxLength > octets.length) octets = Buffer.allocUnsafeSlow(maxLength * 2);
  let state = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    for (let shift = 4; shift >= 0; shift -= 4) {
      const step = state * 16 + ((byte >> shift) & 15);
      const symbol = emitted[step] as number;
      if (symbol >= 0) {
        if (symbol === endOfString) fail(ErrorCode.COMPRESSION_ERROR, 'EOS in a Huffman string');
        octets[length++] = symbol;
      }
      state = next[step] as number;
    }
  }
  if (isPadding[state] === 0) fail(ErrorCode.COMPRESSION_ERROR, 'invalid padding of a Huffman string');
  return octets.toString('latin1', 0, length);
}
