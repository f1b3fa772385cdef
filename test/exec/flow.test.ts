/** The shape of flow graphs, against what the words say: every path is looked at. */
import assert from 'node:assert/strict';
import { analyseFlow } from '../../src/engine/exec/region/flow';
import { Random } from '../silicon/random';

type Graph = readonly (readonly number[])[];

/** Nodes that can be reached from the entry without passing `without`. */
function reached(graph: Graph, without?: number): Set<number> {
  const seen = new Set<number>();
  const wanted = without === 0 ? [] : [0];
  for (let node = wanted.pop(); node !== undefined; node = wanted.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    wanted.push(...graph[node]!.filter((to) => to !== without));
  }
  return seen;
}

/** A dominates B: no path comes to B around A. */
const dominates = (graph: Graph, a: number, b: number): boolean => !reached(graph, a).has(b);

describe('the shape of a flow graph', () => {
  it('of a diamond: its ends meet, and the entry dominates all', () => {
    const flow = analyseFlow([[1, 2], [3], [3], []]);
    assert.deepEqual([...flow.merges], [3]);
    assert.deepEqual(flow.dominator, [0, 0, 0, 0]);
    assert.equal(flow.loopHeads.size, 0);
  });

  it('of a loop within a loop: both heads, and nothing irreducible', () => {
    const graph = [[1], [2], [2, 3], [1, 4], []];
    const flow = analyseFlow(graph);
    assert.deepEqual([...flow.loopHeads].sort(), [1, 2]);
    graph.forEach((successors, from) => successors.forEach((to) => assert.equal(flow.isIrreducible(from, to), false)));
  });

  it('of a loop with two entries: one edge back is irreducible', () => {
    const flow = analyseFlow([[1, 2], [2], [1]]);
    assert.equal(flow.loopHeads.size, 0);
    assert.equal([flow.isIrreducible(1, 2), flow.isIrreducible(2, 1)].filter(Boolean).length, 1);
  });

  it('an edge taken in both cases makes a meeting place', () => {
    assert.deepEqual([...analyseFlow([[1, 1], []]).merges], [1]);
  });

  it('of random graphs: dominators, heads and meeting places are what the words say', () => {
    const random = new Random(20061023);
    for (let round = 0; round < 400; round++) {
      const size = 1 + random.below(12);
      const graph = Array.from({ length: size }, () =>
        Array.from({ length: random.below(3) }, () => random.below(size)),
      );
      const flow = analyseFlow(graph);
      const inside = reached(graph);
      assert.deepEqual(new Set(flow.order), inside);
      assert.equal(flow.order[0], 0);
      for (const node of inside) {
        const above = flow.dominator[node]!;
        if (node !== 0) {
          assert.ok(dominates(graph, above, node), 'the immediate dominator dominates');
          for (const other of inside)
            if (other !== node && dominates(graph, other, node))
              assert.ok(other === above || dominates(graph, other, above), 'and no other comes between');
        }
        const sources = [...inside].flatMap((from) => graph[from]!.filter((to) => to === node).map(() => from));
        const back = sources.filter((from) => dominates(graph, node, from));
        assert.equal(flow.loopHeads.has(node), back.length > 0, 'a head is what an edge leads back to');
        // the rest are forward or irreducible
        const forward = sources.filter((from) => !back.includes(from) && !flow.isIrreducible(from, node));
        assert.equal(flow.merges.has(node), forward.length > 1);
        for (const from of forward) assert.ok(flow.position[from]! < flow.position[node]!);
      }
    }
  });
});
