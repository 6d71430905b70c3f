/** Stands in for gateway and worker: listens, is ready, and ends when asked, or as its STAND_IN settings say. */
import { createServer } from 'node:http';

const { NODE_ID, PORT, HOST, STAND_IN_FAILS, STAND_IN_ENDS_AFTER_MS } = process.env;
const log = (level, msg) => console.log(JSON.stringify({ level, msg }));

if (STAND_IN_FAILS === NODE_ID) {
  log(60, `${NODE_ID} cannot work like this`);
  process.exit(3);
}
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(STAND_IN_ENDS_AFTER_MS ?? 0)));
const server = createServer((request, response) => {
  if (request.url === '/dev/stop-node') process.send({ type: 'kill' });
  response.end(NODE_ID);
});
server.listen(Number(PORT), HOST, () => {
  log(30, `${NODE_ID} is listening`);
  process.send({ type: 'ready', port: server.address().port });
});
