import jwt from 'jsonwebtoken';

/** Signs tokens for the two peers that exist only for the comparison: with a shared secret, as tutorials do. */
export const sign = (userId: string, secret: string): string =>
  jwt.sign({ sub: userId }, secret, { algorithm: 'HS256', expiresIn: '1h' });

/** The person of a token; throws when the token is not valid. */
export const verify = (token: unknown, secret: string): string => {
  const claims = jwt.verify(String(token), secret, { algorithms: ['HS256'] });
  if (typeof claims === 'string' || !claims.sub) throw new Error('a token without a subject');
  return claims.sub;
};
