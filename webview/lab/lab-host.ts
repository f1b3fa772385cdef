/** The lab page's side of its wire. */
import type { LabAction, LabHostMessage, LabPageMessage, LabPageState } from '../../src/protocol/lab-page';

interface EditorApi {
  postMessage(message: LabPageMessage): void;
  setState(state: { readonly lab: string }): void;
}
declare function acquireVsCodeApi(): EditorApi;

export class LabHost {
  private readonly api = acquireVsCodeApi();

  /** Begins to listen; the first thing heard is the state of the lab. */
  listen(show: (state: LabPageState) => void): void {
    window.addEventListener('message', ({ data }: MessageEvent<LabHostMessage>) => {
      if (data.kind !== 'state') return;
      // the page is shown again with the lab it showed
      this.api.setState({ lab: data.state.lab });
      show(data.state);
    });
    this.api.postMessage({ kind: 'ready' });
  }

  act(action: LabAction): void {
    this.api.postMessage({ kind: 'act', action });
  }
  choose(lab: string): void {
    this.api.postMessage({ kind: 'choose', lab });
  }
  evidence(claim: string): void {
    this.api.postMessage({ kind: 'evidence', claim });
  }
  file(file: string, line: number): void {
    this.api.postMessage({ kind: 'file', file, line });
  }
  link(address: string): void {
    this.api.postMessage({ kind: 'link', address });
  }
}
