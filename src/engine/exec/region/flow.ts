/**
 * The shape of a flow graph, as structured code needs it: an order, the tree of dominators, loops, and where paths meet. After
 * N. Ramsey, "Beyond Relooper" (2022).
 */

export interface Flow {
  /** Nodes that can be reached, in reverse postorder; node 0, the entry, comes first. */
  readonly order: readonly number[];
  /** Position of each node in that order; −1 where it cannot be reached. */
  readonly position: readonly number[];
  /** Immediate dominator of each node; the entry's is itself. */
  readonly dominator: readonly number[];
  /** Nodes that a backward edge leads to, from a node they dominate. */
  readonly loopHeads: ReadonlySet<number>;
  /** Nodes that several forward edges lead to. */
  readonly merges: ReadonlySet<number>;
  /** Whether an edge leads backwards to a node that does not dominate its source: no structure holds it. */
  isIrreducible(from: number, to: number): boolean;
}

/** Reverse postorder without recursion: graphs come from guests. */
function reversePostorder(successors: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  const seen = new Set([0]);
  const path: { node: number; next: number }[] = [{ node: 0, next: 0 }];
  while (path.length > 0) {
    const top = path[path.length - 1]!;
    const to = successors[top.node]![top.next++];
    if (to === undefined) {
      order.push(top.node);
      path.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      path.push({ node: to, next: 0 });
    }
  }
  return order.reverse();
}

export function analyseFlow(successors: readonly (readonly number[])[]): Flow {
  const order = reversePostorder(successors);
  const position = successors.map(() => -1);
  order.forEach((node, n) => (position[node] = n));
  const predecessors: number[][] = successors.map(() => []);
  for (const from of order) for (const to of successors[from]!) predecessors[to]!.push(from);

  // Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm"
  const dominator: number[] = successors.map(() => -1);
  dominator[0] = 0;
  const common = (a: number, b: number): number => {
    while (a !== b) {
      while (position[a]! > position[b]!) a = dominator[a]!;
      while (position[b]! > position[a]!) b = dominator[b]!;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order.slice(1)) {
      const known = predecessors[node]!.filter((from) => dominator[from] !== -1);
      const found = known.reduce(common);
      if (dominator[node] === found) continue;
      dominator[node] = found;
      changed = true;
    }
  }
  const dominates = (a: number, b: number): boolean => {
    while (position[b]! > position[a]!) b = dominator[b]!;
    return a === b;
  };

  const isBackward = (from: number, to: number): boolean => position[to]! <= position[from]!;
  const loopHeads = new Set<number>();
  const forward = successors.map(() => 0);
  for (const from of order) {
    for (const to of successors[from]!) {
      if (!isBackward(from, to)) forward[to]!++;
      else if (dominates(to, from)) loopHeads.add(to);
    }
  }
  return {
    order,
    position,
    dominator,
    loopHeads,
    merges: new Set(order.filter((node) => forward[node]! > 1)),
    isIrreducible: (from, to) => isBackward(from, to) && !dominates(to, from),
  };
}
