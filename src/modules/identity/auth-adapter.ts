import { newId, type Clock, type Database } from "@/kernel";
import * as store from "./store";

interface AuthUser {
  id: string;
  email: string;
  emailVerified: Date | null;
  name: string | null;
}
interface AuthSession {
  sessionToken: string;
  userId: string;
  expires: Date;
}

/** Users, sessions and sign-in tokens in the shape that next-auth's adapter interface asks for. E-mails are stored lower-case. */
export function authAdapter(database: Database, clock: Clock) {
  const { reader } = database;
  const nowMs = (): number => clock.now().getTime();
  const session = (row: AuthSession | null): AuthSession | null =>
    row && { sessionToken: row.sessionToken, userId: row.userId, expires: row.expires };
  const user = (row: AuthUser | null): AuthUser | null =>
    row && { id: row.id, email: row.email, emailVerified: row.emailVerified, name: row.name };
  return {
    async createUser(data: { email: string; emailVerified: Date | null; name?: string | null }): Promise<AuthUser> {
      const made = await store.upsertUser(reader, {
        id: newId("user", nowMs()),
        email: data.email.toLowerCase(),
        name: data.name ?? null,
      });
      return store.updateUser(reader, made.id, { emailVerified: data.emailVerified });
    },
    getUser: async (id: string) => user(await store.findUser(reader, { id })),
    getUserByEmail: async (email: string) => user(await store.findUser(reader, { email: email.toLowerCase() })),
    getUserByAccount: () => Promise.resolve(null),
    linkAccount: () => Promise.reject(new Error("Only e-mail links sign people in.")),
    async updateUser(data: { id: string; name?: string | null; emailVerified?: Date | null }): Promise<AuthUser> {
      const { id, name, emailVerified } = data;
      return store.updateUser(reader, id, {
        ...(name === undefined ? {} : { name }),
        ...(emailVerified === undefined ? {} : { emailVerified }),
      });
    },
    async createSession(data: AuthSession): Promise<AuthSession> {
      await store.insertSession(reader, { id: newId("session", nowMs()), ...data });
      return data;
    },
    async getSessionAndUser(sessionToken: string) {
      const found = await store.findSession(reader, sessionToken);
      const owner = user(found && found.user);
      const own = session(found);
      return own && owner ? { session: own, user: owner } : null;
    },
    async updateSession(data: { sessionToken: string; expires?: Date | undefined }) {
      if (data.expires === undefined) return session(await store.findSession(reader, data.sessionToken));
      return session(await store.updateSession(reader, data.sessionToken, data.expires));
    },
    deleteSession: (sessionToken: string) => store.deleteSession(reader, sessionToken),
    async createVerificationToken(row: { identifier: string; token: string; expires: Date }) {
      await store.insertVerificationToken(reader, row);
      return row;
    },
    useVerificationToken: ({ identifier, token }: { identifier: string; token: string }) =>
      store.takeVerificationToken(reader, identifier, token),
  };
}
