import type { RequestHandler, Router } from 'express';
import { Refusal } from '../contract/index.js';
import { mustBeAskedHere } from '../http/request-target.js';
import { exactRouter } from '../http/router.js';

/** Lets a visitor of the embedded demo see a node die, and come back. Nobody else's page may ask for it. */
export function stopNodeRoutes(kill: () => void): Router {
  const router = exactRouter();
  router.post('/dev/stop-node', mustBeAskedHere, mustBeOwnPage, (_request, response) => {
    response.once('finish', kill).status(202).end();
  });
  return router;
}

/** A browser names the page that asks in each POST. Throws FORBIDDEN. */
const mustBeOwnPage: RequestHandler = (request, _response, next) => {
  const origin = request.get('origin');
  if (origin !== undefined && origin !== `${request.protocol}://${request.get('host')}`)
    throw new Refusal('FORBIDDEN', 'Only a page of this node may stop it');
  next();
};
