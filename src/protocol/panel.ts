/** What crosses between a panel's page and the extension: its messages pass requests on unread. */

export const PANEL_NAMES = ['vmcb', 'page-tables', 'shadow', 'exit-log'] as const;
export type PanelName = (typeof PANEL_NAMES)[number];

/** What a panel is asked to show when another opens it. */
export interface PanelTarget {
  /** Page tables: which root. */
  readonly root?: 'guest' | 'nested' | 'shadow' | 'host';
  /** Id of a guest. */
  readonly guest?: number;
  /** Exits: the number of one in the log. */
  readonly exit?: number;
  /** Exits: what to type into their filter. */
  readonly filter?: string;
  /** VMCB: a field, by its name in `arch/vmcb`. */
  readonly field?: string;
  /** Page tables: an address under the root, as the codec writes it. */
  readonly address?: string;
}

export type PanelMessage =
  /** The page stands and can hear. */
  | { readonly kind: 'ready' }
  /** A request of `wire`, its question sealed. */
  | { readonly kind: 'ask'; readonly id: number; readonly name: string; readonly question: unknown }
  /** Open another panel. */
  | { readonly kind: 'open'; readonly panel: PanelName; readonly target: PanelTarget }
  | { readonly kind: 'copy'; readonly text: string }
  /** The one button of an empty panel. */
  | { readonly kind: 'start-debugging' };

export type HostMessage =
  /** There is a lab to ask, or none. */
  | { readonly kind: 'session'; readonly name: string | null }
  | { readonly kind: 'answer'; readonly id: number; readonly body: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string }
  /** A custom event of `wire`, as it came. */
  | { readonly kind: 'event'; readonly name: string; readonly body: unknown }
  | { readonly kind: 'target'; readonly target: PanelTarget };
