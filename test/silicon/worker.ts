/** The campaign's worker: the batches it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { Campaign, type Choice } from './campaign';

const campaign = new Campaign(workerData as Choice);
parentPort!.on('message', ([number, most]: readonly [number, number]) => {
  parentPort!.postMessage(campaign.run(number, most));
});
