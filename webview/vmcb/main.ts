/** The VMCB panel: why did the guest exit, and what will VMRUN do? */
import type { VmcbField } from '../../src/engine/arch/vmcb';
import { VMCB } from '../../src/engine/arch/vmcb';
import { fromBase64 } from '../../src/protocol/codec';
import type { VmcbView } from '../../src/protocol/vmcb';
import { Answer, emptyState, errorState } from '../shared/answer';
import { isSet } from '../shared/bits';
import { Segment } from '../shared/controls';
import { h, present } from '../shared/dom';
import { GuestChoice } from '../shared/guest-choice';
import { AskError, Host } from '../shared/host';
import { count, counted } from '../shared/numbers';
import { Refresher } from '../shared/refresher';
import { installTooltips } from '../shared/tooltip';
import { fact, hexView, mono, whoView } from '../shared/views';
import { fieldRow, groupView, segmentTable } from './field-rows';
import type { RowContext } from './field-rows';
import { CONTROL_GROUPS, FOLDED_SAVE_GROUPS, SAVE_GROUPS, SEGMENTS } from './groups';
import type { FieldGroup } from './groups';
import { guestMode } from './guest-mode';
import { interceptRows, interceptsOn } from './intercept-view';
import { refusalBanner } from './refusal';
import { focusedKey, installRowsKeyboard, settleFocus } from './rows-keyboard';
import { headline, nextLine } from './sentences';
import { VmcbPage, differs } from './vmcb-page';

interface Kept {
  readonly show: 'all' | 'changed';
  /** Groups whose folding is not what it is at first. */
  readonly turned: readonly string[];
}

class VmcbPanel {
  private readonly host = new Host();
  private readonly answer = new Answer();
  private readonly banner = h('div');
  private readonly left = h('div', { class: 'col' });
  private readonly right = h('div', { class: 'col' });
  private readonly wide = h('div', { class: 'wide' });
  private readonly body = h('main', { class: 'vm' }, this.left, this.right, this.wide);
  private readonly segment: Segment<Kept['show']>;
  private readonly refresher = new Refresher(() => this.refresh());
  private readonly regions = [this.left, this.right, this.wide];
  private kept: Kept = this.host.state<Kept>({ show: 'all', turned: [] });
  private view: VmcbView | undefined;
  private running = false;
  private session = false;
  /** A field somebody wants to be seen, until it is drawn. */
  private wanted: string | undefined;
  private readonly guests = new GuestChoice(() => this.refresher.now());

  constructor(private readonly root: HTMLElement) {
    this.segment = new Segment('Show', this.kept.show, (show) => this.keep({ show }));
    this.answer.tools.append(this.guests.element, this.segment.element);
    installTooltips(root);
    installRowsKeyboard(root, this.regions, {
      fold: (group, open) => this.fold(group, open),
      copy: (text) => this.host.copy(text),
      open: (to) =>
        this.host.open('page-tables', { root: to === 'nested' ? 'nested' : 'guest', guest: this.view?.guest.id }),
    });
    root.append(h('div', { class: 'busy' }));
    this.host.listen({
      session: (name) => this.hearSession(name),
      target: ({ guest, field }) => {
        this.guests.pick(guest);
        this.wanted = field;
        if (field !== undefined && this.kept.show !== 'all') this.keep({ show: 'all' });
        if (this.session) this.refresher.now();
      },
      event: (name) => {
        if (name === 'pacifica/console' || name === 'pacifica/screen') return;
        this.running = name !== 'pacifica/stopped';
        if (name === 'pacifica/stopped') this.refresher.now();
        else this.refresher.soon();
      },
      fault: (error) => this.fail(error, true),
    });
  }

  private hearSession(name: string | null): void {
    this.session = name !== null;
    this.guests.pick(undefined);
    this.view = undefined;
    this.running = false;
    if (this.session) this.refresher.now();
    else
      this.empty(
        'No guest is being debugged',
        'Open a guest’s .asm file and press F5. The VMCB appears at the first VMRUN.',
      );
  }

  private async refresh(): Promise<void> {
    try {
      const state = await this.host.ask('pacifica/state', {});
      const { view } = await this.host.ask('pacifica/vmcb', this.guests.question);
      this.running = state.running;
      this.view = view ?? undefined;
      this.guests.show(state.guests, view?.guest.id);
      if (view) this.render(view);
      else
        this.empty(
          'No guest has run yet',
          'The VMCB appears at the first VMRUN.',
          state.ended ? undefined : 'Continue',
        );
    } catch (error) {
      if (!this.session) return;
      this.fail(error as Error, !(error instanceof AskError));
    }
  }

  private render(view: VmcbView): void {
    const focused = focusedKey(this.root);
    const page = new VmcbPage(fromBase64(view.bytes));
    const before = view.previous === null ? undefined : new VmcbPage(fromBase64(view.previous));
    const changes = (Object.keys(VMCB) as VmcbField[]).filter((field) => differs(page, before, field)).length;
    this.segment.show(
      [
        { value: 'all', content: ['All'] },
        { value: 'changed', content: ['Changed', mono(count(changes))] },
      ],
      this.kept.show,
    );
    const context: RowContext = {
      page,
      before,
      instruction: view.instruction,
      exited: view.exit > 0,
      violations: view.violations,
      changedOnly: this.kept.show === 'changed',
      isFolded: (group, byDefault) => this.kept.turned.includes(group) !== byDefault,
    };
    const running = this.running;
    this.answer.show(
      {
        mark: whoView(view.guest),
        headline: headline(page, view, running),
        next: nextLine(page, view, running),
        facts: this.facts(page, view),
      },
      !running,
    );
    this.banner.replaceChildren(...present([refusalBanner(view)]));
    this.left.replaceChildren(...this.control(context));
    this.right.replaceChildren(...this.save(context));
    this.wide.replaceChildren(...this.intercepts(context));
    if (changes === 0 && context.changedOnly && view.violations.length === 0) {
      const why = before ? 'The last exit left every field as it was.' : 'There is no exit before this one.';
      this.left.append(h('p', { class: 'none dim' }, why));
    }
    this.show(this.banner, this.answer.element, this.body);
    settleFocus(this.root, this.regions, focused);
    this.reveal();
  }

  /** Gives the keyboard to the field somebody wanted to be seen, once; its group is opened for it. */
  private reveal(): void {
    const { wanted } = this;
    if (wanted === undefined) return;
    this.wanted = undefined;
    const find = () => this.root.querySelector<HTMLElement>(`[data-key="${CSS.escape(wanted)}"]`);
    const groups: readonly FieldGroup[] = [...CONTROL_GROUPS, ...SAVE_GROUPS, ...FOLDED_SAVE_GROUPS];
    const group = groups.find(({ fields }) => (fields as readonly string[]).includes(wanted));
    if (!find() && group) this.fold(group.id, true);
    const row = find();
    row?.scrollIntoView({ block: 'center' });
    row?.focus({ preventScroll: true });
  }

  private facts(page: VmcbPage, view: VmcbView): HTMLElement[] {
    const nested = isSet(page.value('npEnable'), 0);
    return [
      fact('VMCB', hexView(BigInt(view.spa)), h('span', { class: 'dim' }, 'SPA')),
      fact('exit', mono(count(view.exit))),
      fact('ASID', mono(String(page.value('guestAsid')))),
      fact('GIF', mono(String(view.gif))),
      fact('paging', nested ? 'nested' : 'guest CR3 only'),
      fact('since VMRUN', mono(count(view.since)), h('span', { class: 'dim' }, 'instr')),
    ];
  }

  private control(context: RowContext): HTMLElement[] {
    const groups = CONTROL_GROUPS.map((group) => groupView(group, this.rows(group.fields, context), context));
    const shown = groups.filter((group) => group !== undefined);
    return shown.length > 0 ? [area('Control area', '000h–3FFh'), ...shown] : [];
  }

  private save(context: RowContext): HTMLElement[] {
    const noted = SAVE_GROUPS.map((group) =>
      group.id === 'control-registers' ? { ...group, note: guestMode(context.page) } : group,
    );
    const open = noted.map((group) => groupView(group, this.rows(group.fields, context), context));
    const main = segmentTable(
      SEGMENTS.filter(({ name }) => !FOLDED_SEGMENTS.includes(name)),
      context,
    );
    const segments = main && groupView({ id: 'segments', title: 'Segments', fields: [] }, [main], context);
    const rest = segmentTable(
      SEGMENTS.filter(({ name }) => FOLDED_SEGMENTS.includes(name)),
      context,
    );
    const folded = FOLDED_SAVE_GROUPS.map((group) => {
      const rows = this.rows(group.fields, context);
      if (group.id !== 'syscall') return groupView(group, rows, context);
      return groupView(
        { ...group, title: `FS, GS, LDTR, ${group.title}` },
        present([rest, ...rows]) as HTMLElement[],
        context,
      );
    });
    const shown = [...open, segments, ...folded].filter((group) => group !== undefined);
    return shown.length > 0 ? [area('State-save area', '400h–FFFh'), ...shown] : [];
  }

  private intercepts(context: RowContext): HTMLElement[] {
    const note = `${counted(interceptsOn(context), 'is', 'are')} on. A square is a bit, bit 0 at the left`;
    const group = groupView(
      { id: 'intercepts', title: 'Intercepts', note, fields: [] },
      interceptRows(context),
      context,
    );
    return group ? [group] : [];
  }

  private rows(fields: readonly VmcbField[], context: RowContext): HTMLElement[] {
    return fields.map((field) => fieldRow(field, context)).filter((row) => row !== undefined);
  }

  private fold(group: string, open: boolean | 'toggle'): void {
    const byDefault = [...CONTROL_GROUPS, ...FOLDED_SAVE_GROUPS].find(({ id }) => id === group)?.folded ?? false;
    const folded = this.kept.turned.includes(group) !== byDefault;
    const wanted = open === 'toggle' ? !folded : !open;
    if (wanted === folded) return;
    const others = this.kept.turned.filter((id) => id !== group);
    this.keep({ turned: wanted === byDefault ? others : [...others, group] });
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.host.keep(this.kept);
    if (this.view) this.render(this.view);
  }

  private empty(title: string, text: string, act?: string): void {
    const begin: [string, () => void] = [act ?? 'Start Debugging', () => this.host.startDebugging()];
    this.show(emptyState({ icon: 'circuit-board', title, text, act: act || !this.session ? begin : undefined }));
  }

  private fail(error: Error, ours: boolean): void {
    this.show(errorState('The VMCB cannot be shown', error.message, ours));
  }

  /** Replaces what is on the page, unless it is there already. */
  private show(...parts: readonly HTMLElement[]): void {
    const same =
      parts.length === this.root.children.length && parts.every((part, at) => this.root.children[at] === part);
    if (!same) this.root.replaceChildren(...parts);
  }
}

/** Shown with what VMLOAD moves. */
const FOLDED_SEGMENTS = ['FS', 'GS', 'LDTR'];

function area(title: string, range: string): HTMLElement {
  return h('h2', { class: 'area' }, h('span', {}, title), h('span', { class: 'm dim' }, range));
}

new VmcbPanel(document.getElementById('panel') as HTMLElement);
