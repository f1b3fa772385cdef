/** The page tables: what is mapped, and where are the holes? */
import type { PageTable, PageTableRoot, PageTablesSummary } from '../../src/protocol/page-tables';
import { valueOf } from '../../src/protocol/codec';
import { Answer, emptyState, errorState } from '../shared/answer';
import { Segment, iconButton, isTyping } from '../shared/controls';
import { h } from '../shared/dom';
import { GuestChoice } from '../shared/guest-choice';
import { AskError, Host } from '../shared/host';
import { count, size } from '../shared/numbers';
import { Refresher, SETTLE } from '../shared/refresher';
import { textField } from '../shared/toolkit';
import { installTooltips } from '../shared/tooltip';
import { fact, hexView, hostView, mono, whoView } from '../shared/views';
import { formatWords, indexesOf } from './formats';
import { headline, nextLine } from './sentences';
import { stripsView } from './strips';
import { Tree, keyOf } from './tree';
import type { Path } from './tree';
import { TreeView } from './tree-view';

interface Kept {
  readonly root: PageTableRoot;
  readonly selection: Path;
}

const ROOT_WORDS: Record<PageTableRoot, string> = { guest: 'Guest', nested: 'Nested', shadow: 'Shadow', host: 'Host' };
/** Which register names the top table. */
const REGISTER_WORDS: Record<PageTableRoot, string> = {
  guest: 'gCR3',
  nested: 'nCR3',
  shadow: 'CR3 in the VMCB',
  host: 'CR3',
};
const ROOTS = Object.keys(ROOT_WORDS) as PageTableRoot[];

class PageTablesPanel {
  private readonly host = new Host();
  private kept = this.host.state<Kept>({ root: 'guest', selection: [] });
  private readonly answer = new Answer();
  private readonly rootChoice = new Segment<PageTableRoot>('Root', this.kept.root, (root) => this.chooseRoot(root));
  private readonly field = textField('Go to an address', 'address', 'search', () =>
    this.field.element.classList.remove('wrong'),
  );
  private readonly map = h('div');
  private readonly tree = new Tree();
  private readonly view = new TreeView({
    turn: (path, open) => void this.turn(path, open),
    selected: (path) => this.select(path),
  });
  private readonly refresher = new Refresher(() => this.refresh());
  private readonly reading = new Map<string, Promise<void>>();
  private summary: PageTablesSummary | null = null;
  private readAt: number | undefined;
  private settle = 0;
  /** An address another panel wants to be shown. */
  private wanted: bigint | undefined;
  private session = false;
  private running = false;
  private readonly guests = new GuestChoice(() => this.chooseGuest());
  /** Counts changes of root and guest, so that late answers are told. */
  private epoch = 0;

  constructor(private readonly root: HTMLElement) {
    const again = iconButton('refresh', 'Read again', () => this.refresher.now());
    this.answer.tools.append(this.guests.element, this.rootChoice.element, this.field.element, again);
    this.field.element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') void this.goToAddress();
      if (event.key === 'Escape') this.view.focus();
    });
    installTooltips(root);
    root.append(h('div', { class: 'busy' }));
    root.addEventListener('keydown', (event) => this.key(event));
    this.host.listen({
      session: (name) => this.hearSession(name),
      target: ({ root: wanted, guest, address }) => {
        if (guest !== this.guests.question.guest) this.forget();
        this.guests.pick(guest);
        this.wanted = address === undefined ? undefined : valueOf(address);
        if (wanted) this.chooseRoot(wanted);
        else if (this.session) this.refresher.now();
      },
      event: (name) => {
        if (name === 'pacifica/console' || name === 'pacifica/screen' || name === 'pacifica/exits') return;
        this.running = name === 'pacifica/running';
        clearTimeout(this.settle);
        if (this.running) this.settle = window.setTimeout(() => this.render(false), SETTLE);
        else this.refresher.now();
      },
      fault: (error) => this.fail(error),
    });
  }

  private hearSession(name: string | null): void {
    this.session = name !== null;
    this.guests.pick(undefined);
    this.running = false;
    this.forget();
    if (this.session) this.refresher.now();
    else
      this.empty(
        'No guest is being debugged',
        'Open a guest’s .asm file and press F5. Its page tables appear as it maps memory.',
      );
  }

  private forget(): void {
    this.epoch++;
    this.reading.clear();
    this.tree.clear();
    this.summary = null;
  }

  private get where(): { readonly root: PageTableRoot; readonly guest?: number } {
    return { root: this.kept.root, ...this.guests.question };
  }

  /** Reads every open table anew, the top one first. */
  private async refresh(): Promise<void> {
    const { epoch } = this;
    try {
      const state = await this.host.ask('pacifica/state', {});
      this.running = state.running;
      const top = await this.host.ask('pacifica/pageTables', { ...this.where, path: [] });
      if (epoch !== this.epoch) return;
      if (top.kind === 'none') {
        this.showRoots(top.roots);
        if (top.why === 'no-guest')
          this.empty('No guest has run yet', 'The page tables appear at the first VMRUN.', 'Continue');
        else this.nothing(top.what, top.why === 'off');
        return;
      }
      this.guests.show(state.guests, top.guest?.id);
      this.tree.learn([], top);
      for (const path of this.tree.openPaths().slice(1)) await this.read(path);
      this.summary = (await this.host.ask('pacifica/pageTablesSummary', this.where)).summary;
      if (epoch !== this.epoch) return;
      this.readAt = state.time;
      this.showRoots(top.roots);
      const { wanted } = this;
      this.wanted = undefined;
      if (wanted !== undefined) {
        await this.selectAddress(wanted);
        return;
      }
      const found = await this.reveal(this.kept.selection);
      this.render(!found);
    } catch (error) {
      if (this.session && epoch === this.epoch) this.fail(error as Error);
    }
  }

  /** Asks for one table; who asks for it meanwhile waits for the same answer. */
  private read(path: Path): Promise<void> {
    const key = keyOf(path);
    const reading = this.reading.get(key) ?? this.readNow(path).finally(() => this.reading.delete(key));
    this.reading.set(key, reading);
    return reading;
  }

  private async readNow(path: Path): Promise<void> {
    const { epoch } = this;
    const answer = await this.host.ask('pacifica/pageTables', { ...this.where, path: [...path] });
    if (epoch !== this.epoch) return;
    this.tree.learn(path, answer.kind === 'table' ? answer : { why: answer.what });
  }

  private async turn(path: Path, open: boolean): Promise<void> {
    try {
      if (open) {
        this.tree.open(path);
        this.render(false);
        if (!this.tree.knows(path)) await this.read(path);
      } else this.tree.close(path);
      this.render(false);
    } catch (error) {
      this.tree.learn(path, { why: (error as Error).message });
      this.render(false);
    }
  }

  private select(path: Path): void {
    this.keep({ selection: path });
    this.render(true);
    void this.lookBelow(path);
  }

  /** The map shows one table below the selected entry, so it is read though the tree does not show it. */
  private async lookBelow(path: Path): Promise<void> {
    const row = this.tree.table(path.slice(0, -1))?.rows.find(({ index }) => index === path.at(-1));
    if (row?.kind !== 'table' || this.tree.knows(path)) return;
    try {
      await this.read(path);
      this.render(false);
    } catch (error) {
      this.tree.learn(path, { why: (error as Error).message });
    }
  }

  /** Opens the tables on the way to an entry. Returns whether there is a way. */
  private async reveal(path: Path): Promise<boolean> {
    for (let depth = 1; depth < path.length; depth++) {
      const above = path.slice(0, depth);
      const row = this.tree.table(above.slice(0, -1))?.rows.find(({ index }) => index === above.at(-1));
      if (row?.kind !== 'table') return false;
      this.tree.open(above);
      if (!this.tree.knows(above)) await this.read(above);
    }
    return true;
  }

  private async goToAddress(): Promise<void> {
    const top = this.tree.table([]);
    const address = addressOf(this.field.value);
    this.field.element.classList.toggle('wrong', address === undefined);
    if (!top || address === undefined) return;
    await this.selectAddress(address);
    this.view.focus();
  }

  /** Opens the way to an address and selects its entry. */
  private async selectAddress(address: bigint): Promise<void> {
    const top = this.tree.table([]);
    if (!top) return;
    const path = indexesOf(address, top.format);
    for (let depth = 1; depth <= path.length; depth++) {
      const here = path.slice(0, depth);
      const index = here.at(-1) ?? 0;
      const row = this.tree
        .table(here.slice(0, -1))
        ?.rows.find((each) => each.index <= index && index < each.index + each.count);
      if (row?.kind === 'table' && depth < path.length) await this.reveal([...here, 0]);
      else {
        this.select(here);
        break;
      }
    }
  }

  /** Tables on the way to the selected entry, and the one it names. */
  private tablesOnTheWay(): PageTable[] {
    const tables: PageTable[] = [];
    for (let depth = 0; depth <= this.kept.selection.length; depth++) {
      const table = this.tree.table(this.kept.selection.slice(0, depth));
      if (!table) break;
      tables.push(table);
    }
    return tables;
  }

  private render(reveal: boolean): void {
    const top = this.tree.table([]);
    if (!top) return;
    const { summary, running } = this;
    this.answer.show(
      {
        mark: top.root === 'guest' && top.guest ? whoView(top.guest) : hostView(),
        headline: headline(top, summary, running),
        next: nextLine(top, this.readAt, running),
        facts: [
          fact('root', REGISTER_WORDS[top.root], hexView(valueOf(top.registerValue))),
          fact('mode', `${formatWords(top.format)}${top.nx ? ', NX' : ''}`),
          ...(summary?.pages ?? []).map((row) => fact(size(row.size), mono(count(row.count)))),
        ],
      },
      !running,
    );
    this.map.replaceChildren(stripsView(this.tablesOnTheWay(), this.kept.selection, (path) => this.select(path)));
    this.view.show(this.tree.lines(), top, this.kept.selection, reveal);
    this.show(this.answer.element, this.map, this.view.element);
  }

  private showRoots(roots: readonly PageTableRoot[]): void {
    const missing: Record<PageTableRoot, string> = {
      guest: 'No guest has run yet',
      nested: 'The guest has no nested page tables',
      shadow: 'No shadow tables are kept for the guest',
      host: 'The host does not page',
    };
    this.rootChoice.show(
      ROOTS.map((root) => ({
        value: root,
        content: [ROOT_WORDS[root]],
        disabled: !roots.includes(root),
        title: roots.includes(root) ? undefined : missing[root],
      })),
      this.kept.root,
    );
  }

  private chooseGuest(): void {
    this.keep({ selection: [] });
    this.forget();
    this.refresher.now();
  }

  private chooseRoot(root: PageTableRoot): void {
    if (root !== this.kept.root) {
      this.keep({ root, selection: [] });
      this.forget();
    }
    if (this.session) this.refresher.now();
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.host.keep(this.kept);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
    const { selection } = this.kept;
    const row = this.tree.table(selection.slice(0, -1))?.rows.find(({ index }) => index === selection.at(-1));
    if (event.key === '/') this.field.focus();
    else if (event.key.toLowerCase() === 'c' && row)
      this.host.copy(`0x${valueOf(row.from).toString(16).toUpperCase()}`);
    else return;
    event.preventDefault();
  }

  /** A root without tables: the choice of another stays. */
  private nothing(what: string, off: boolean): void {
    this.answer.show(
      { mark: hostView(), headline: [off ? 'There are no page tables here.' : 'The page tables cannot be read.'] },
      true,
    );
    const state = off
      ? emptyState({ icon: 'list-tree', title: what, text: 'The tables appear when paging is on.' })
      : errorState(what, 'A walk stops there.', false);
    this.show(this.answer.element, state);
  }

  private empty(title: string, text: string, act?: string): void {
    const begin: [string, () => void] = [act ?? 'Start Debugging', () => this.host.startDebugging()];
    this.show(emptyState({ icon: 'list-tree', title, text, act: begin }));
  }

  private fail(error: Error): void {
    this.show(errorState('The page tables cannot be shown', error.message, !(error instanceof AskError)));
  }

  private show(...parts: readonly HTMLElement[]): void {
    const same =
      parts.length === this.root.children.length && parts.every((part, at) => this.root.children[at] === part);
    if (!same) this.root.replaceChildren(...parts);
  }
}

/** An address as people type it: `0xFFFF_8000_0020_0000`, `ffff800000200000`, `7000h`. */
function addressOf(text: string): bigint | undefined {
  const digits = /^(?:0x)?([0-9a-f_ ]+?)h?$/i.exec(text.trim())?.[1]?.replace(/[_ ]/g, '');
  return digits && digits.length <= 16 ? BigInt(`0x${digits}`) : undefined;
}

new PageTablesPanel(document.getElementById('panel') as HTMLElement);
