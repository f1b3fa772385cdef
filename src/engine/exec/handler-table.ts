/** Shape → handler number, for one machine: the loop's cases and, in the function table, handlers made on demand. */
import { buildHandlerModule, interpreterModule, type HandlerInfo } from './interpreter';
import type { Width } from './place';
import { shapeKey, type Shape } from './shape';

/** Handler modules are machine-independent: compiled once, instantiated per machine. */
const compiled = new Map<string, ReturnType<typeof buildHandlerModule>>();

export class HandlerTable {
  private readonly known: Record<Width, Map<string, HandlerInfo>>;
  private next: number;
  /** Hook for tools: how many handlers were made on demand. */
  made = 0;

  constructor(
    private readonly table: WebAssembly.Table,
    private readonly imports: Record<Width, Record<string, WebAssembly.ImportValue>>,
  ) {
    this.known = { 64: new Map(interpreterModule(64).handlers), 32: new Map(interpreterModule(32).handlers) };
    // One numbering for both widths: function indexes start above either loop's cases.
    this.next = Math.max(interpreterModule(64).firstFunction, interpreterModule(32).firstFunction);
  }

  /** Makes sure the shapes have handlers. */
  prepare(shapes: readonly Shape[], width: Width): void {
    const missing = new Map<string, Shape>();
    for (const shape of shapes) {
      const key = shapeKey(shape);
      if (!this.known[width].has(key)) missing.set(key, shape);
    }
    if (missing.size > 0) this.make(missing, width);
  }

  /** The handler of the shape if there is one already. */
  find(shape: Shape, width: Width): HandlerInfo | undefined {
    return this.known[width].get(shapeKey(shape));
  }

  get(shape: Shape, width: Width): HandlerInfo {
    const key = shapeKey(shape);
    const known = this.known[width].get(key);
    if (known) return known;
    // A condition after a known kind of flags that is not in the loop: the general one will do.
    if (shape.flags) return this.get({ ...shape, flags: undefined }, width);
    this.make(new Map([[key, shape]]), width);
    return this.known[width].get(key)!;
  }

  private make(missing: ReadonlyMap<string, Shape>, width: Width): void {
    const name = `${width}:${[...missing.keys()].join()}`;
    let built = compiled.get(name);
    if (!built) compiled.set(name, (built = buildHandlerModule(width, [...missing.values()])));
    const { exports } = new WebAssembly.Instance(built.module, { e: this.imports[width] });
    let n = 0;
    for (const key of missing.keys()) {
      if (this.next >= this.table.length) this.table.grow(1024);
      this.table.set(this.next, exports[`f${n}`]);
      this.known[width].set(key, { handler: this.next++, ...built.emitted[n]! });
      n++;
      this.made++;
    }
  }
}
