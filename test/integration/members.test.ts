import pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Context, Role } from "@/kernel";
import {
  acceptInvitation,
  authAdapter,
  changeRole,
  exportActivity,
  inviteMember,
  listActivity,
  listActivityKinds,
  listInvitations,
  listMembers,
  listMemberships,
  listOwnInvitations,
  removeMember,
  withdrawInvitation,
} from "@/modules/identity";
import { createProject } from "@/modules/spending";
import { Platform } from "../support/platform";

// A platform with its datasets for every test: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.open({ tasks: false });
});
afterEach(() => platform.close());

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );

/** A person who has signed in by the link that was sent to their address, and belongs to nothing yet. */
async function signedUp(email: string): Promise<string> {
  const { database, clock } = platform.services;
  return (await authAdapter(database, clock).createUser({ email, emailVerified: new Date() })).id;
}

async function member(email: string): Promise<{ userId: string; role: Role }> {
  const found = (await listMembers(platform.as("buyer"))).find((candidate) => candidate.email === email);
  if (found === undefined) throw new Error(`${email} is no member`);
  return found;
}

async function as(email: string): Promise<Context> {
  const { userId, role } = await member(email);
  const ctx = platform.as("buyer", role);
  if (ctx.actor.kind !== "member") throw new Error("a member acts");
  return { ...ctx, actor: { ...ctx.actor, userId } };
}

it("an invited address joins once, with its role, and another address cannot use the invitation", async () => {
  const { services } = platform;
  const { invitationId } = await inviteMember(platform.as("buyer"), { email: " Gil@Acme.example ", role: "finance" });
  expect(await listInvitations(platform.as("buyer"))).toMatchObject([{ email: "gil@acme.example", role: "finance" }]);
  const [gil, eve] = [await signedUp("gil@acme.example"), await signedUp("eve@evil.example")];
  expect(await listOwnInvitations(services, gil)).toEqual([
    { id: invitationId, organisationName: "Acme AI", role: "finance" },
  ]);
  expect(await listOwnInvitations(services, eve)).toEqual([]);
  expect(await codeOf(acceptInvitation(services, eve, { invitationId }))).toBe("kernel/not-found");
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () => codeOf(acceptInvitation(services, gil, { invitationId }))),
  );
  expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
  expect(await listMemberships(services.database, gil)).toMatchObject([
    { organisationName: "Acme AI", role: "finance" },
  ]);
  expect(await listInvitations(platform.as("buyer"))).toEqual([]);
  expect(await codeOf(inviteMember(platform.as("buyer"), { email: "gil@acme.example", role: "admin" }))).toBe(
    "identity/already-member",
  );
});

it("a withdrawn, replaced or expired invitation opens nothing", async () => {
  const { services } = platform;
  const gil = await signedUp("gil@acme.example");
  const invite = () => inviteMember(platform.as("buyer"), { email: "gil@acme.example", role: "viewer" });
  const first = await invite();
  const second = await invite();
  expect(await codeOf(acceptInvitation(services, gil, first))).toBe("kernel/not-found");
  expect(await codeOf(withdrawInvitation(platform.as("northwind"), second))).toBe("kernel/not-found");
  await withdrawInvitation(platform.as("buyer"), second);
  expect(await codeOf(acceptInvitation(services, gil, second))).toBe("kernel/not-found");
  const third = await invite();
  const late = { database: services.database, clock: { now: () => new Date(Date.now() + 15 * 86_400_000) } };
  expect(await listOwnInvitations(late, gil)).toEqual([]);
  expect(await codeOf(acceptInvitation(late, gil, third))).toBe("kernel/not-found");
  expect(await codeOf(inviteMember(platform.as("buyer"), { email: "gil@аcme.example", role: "viewer" }))).toBe(
    "identity/email-refused",
  );
});

it("only owners and admins change members, and only owners touch owners", async () => {
  const [vic, ada] = [await member("vic@acme.example"), await member("ada@acme.example")];
  for (const role of ["engineer", "finance", "viewer"] as const) {
    const ctx = platform.as("buyer", role);
    const stranger = { ...ctx, actor: { ...ctx.actor, userId: "usr_x" } } as Context;
    expect(await codeOf(changeRole(stranger, { userId: vic.userId, role: "viewer" }))).toBe("kernel/forbidden");
    expect(await codeOf(removeMember(stranger, { userId: vic.userId }))).toBe("kernel/forbidden");
    expect(await codeOf(inviteMember(stranger, { email: "x@acme.example", role: "viewer" }))).toBe("kernel/forbidden");
  }
  await changeRole(await as("ada@acme.example"), { userId: vic.userId, role: "admin" });
  const admin = await as("vic@acme.example");
  expect(admin.actor).toMatchObject({ role: "admin" });
  expect(await codeOf(changeRole(admin, { userId: vic.userId, role: "owner" }))).toBe("kernel/forbidden");
  expect(await codeOf(changeRole(admin, { userId: ada.userId, role: "viewer" }))).toBe("kernel/forbidden");
  expect(await codeOf(removeMember(admin, { userId: ada.userId }))).toBe("kernel/forbidden");
  expect(await codeOf(inviteMember(admin, { email: "x@acme.example", role: "owner" }))).toBe("kernel/forbidden");
  expect(await codeOf(changeRole(platform.as("northwind"), { userId: vic.userId, role: "viewer" }))).toBe(
    "kernel/not-found",
  );
});

it("an organisation keeps an owner, even when two leave at once and when the database is asked directly", async () => {
  const ada = await as("ada@acme.example");
  const [first, second] = [await member("ada@acme.example"), await member("vic@acme.example")];
  expect(await codeOf(removeMember(ada, { userId: first.userId }))).toBe("identity/last-owner");
  expect(await codeOf(changeRole(ada, { userId: first.userId, role: "admin" }))).toBe("identity/last-owner");
  await changeRole(ada, { userId: second.userId, role: "owner" });
  const vic = await as("vic@acme.example");
  const outcomes = await Promise.all([
    codeOf(removeMember(ada, { userId: first.userId })),
    codeOf(changeRole(vic, { userId: second.userId, role: "viewer" })),
  ]);
  expect(outcomes.sort()).toEqual(["done", "identity/last-owner"]);
  const client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  try {
    await expect(client.query("DELETE FROM member WHERE role = 'owner'")).rejects.toThrow("keeps an owner");
  } finally {
    await client.end();
  }
});

it("the audit log narrows by act, actor and time, and its CSV runs no formula", async () => {
  const ctx = await as("ada@acme.example");
  const fay = await as("fay@acme.example");
  const vic = await member("vic@acme.example");
  await changeRole(ctx, { userId: vic.userId, role: "engineer" });
  const name = '=HYPERLINK("http://evil.example")';
  await createProject(fay, { name, costCentre: null, requiredTags: [], poRequired: false });
  const kinds = await listActivityKinds(ctx);
  expect(kinds.actions).toContain("identity.role-changed");
  const byAction = await listActivity(ctx, { action: "identity.role-changed" });
  expect(byAction).toMatchObject([
    { target: vic.userId, details: { before: { role: "viewer" }, after: { role: "engineer" } } },
  ]);
  const actor = fay.actor.kind === "member" ? `user:${fay.actor.userId}` : "";
  expect((await listActivity(ctx, { actor })).map((entry) => entry.action)).toEqual(["spending.project-created"]);
  expect(await listActivity(ctx, { from: new Date(Date.now() + 60_000) })).toEqual([]);
  expect(await listActivity(ctx, { to: new Date(Date.now() - 3_600_000) })).toEqual([]);
  const csv: string[] = [];
  for await (const line of exportActivity(fay, { action: "spending.project-created" })) csv.push(line);
  expect(csv).toHaveLength(2);
  expect(csv[1]).toContain("fay@acme.example,spending.project-created,prj_");
  expect(
    csv
      .join("")
      .split("\r\n")
      .every((line) => !/(^|,)"?[=+@-]/.test(line)),
  ).toBe(true);
  expect(await codeOf(exportActivity(await as("vic@acme.example"), {}).next())).toBe("kernel/forbidden");
});
