import jwt from 'jsonwebtoken';

/** Tokens of the two peers that are written for the comparison: signed with a shared secret, as tutorials do. */
export const sign = (userId: string, secret: string): string =>
  jwt.sign({ sub: userId }, secret, { algorithm: 'HS256', expiresIn: '1h' });

/** The person behind a token; throws when it is not good. */
export const verify = (token: unknown, secret: string): string => {
  const claims = jwt.verify(String(token), secret, { algorithms: ['HS256'] });
  if (typeof claims === 'string' || !claims.sub) throw new Error('a token without a subject');
  return claims.sub;
};
