"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/checkbox";
import { Dialog } from "@/ui/dialog";
import { ErrorNote } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { failureOf } from "../api/failure";
import { useTRPC } from "../api/trpc";
import type { Project } from "./types";
import { useChanged } from "./use-changed";

/** Makes a project, or changes one. */
export function ProjectDialog({ project, onClose }: { project: Project | null; onClose: () => void }) {
  const trpc = useTRPC();
  const [name, setName] = useState(project?.name ?? "");
  const [costCentre, setCostCentre] = useState(project?.costCentre ?? "");
  const [tags, setTags] = useState(project?.requiredTags.join(", ") ?? "");
  const [poRequired, setPoRequired] = useState(project?.poRequired ?? false);
  const changed = useChanged(onClose);
  const create = useMutation(trpc.spending.createProject.mutationOptions({ onSuccess: changed }));
  const update = useMutation(trpc.spending.updateProject.mutationOptions({ onSuccess: changed }));
  const failure = failureOf(create.error ?? update.error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const requiredTags = [...new Set(tags.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
    const fields = { name: name.trim(), costCentre: costCentre.trim() || null, requiredTags, poRequired };
    if (project === null) create.mutate(fields);
    else update.mutate({ projectId: project.id, ...fields });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={project === null ? "New project" : `Change ${project.name}`}
      description="What jobs are for, and what every job for it must say."
    >
      <form onSubmit={submit} className="space-y-2">
        <Field label="Name" hint="At least two characters." error={failure?.fields["name"]}>
          {(control) => (
            <TextInput
              {...control}
              required
              minLength={2}
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Cost centre" hint="Goes with every job and onto its invoice. May be left empty.">
          {(control) => (
            <TextInput
              {...control}
              maxLength={80}
              value={costCentre}
              onChange={(event) => setCostCentre(event.target.value)}
            />
          )}
        </Field>
        <Field label="Tags that every job carries" hint="Separated by commas, such as team, client. May be left empty.">
          {(control) => <TextInput {...control} value={tags} onChange={(event) => setTags(event.target.value)} />}
        </Field>
        <Checkbox
          label="Every job names a purchase order"
          checked={poRequired}
          onChange={(event) => setPoRequired(event.target.checked)}
        />
        {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
        <div className="pt-2">
          <Button type="submit" variant="primary" wide pending={create.isPending || update.isPending}>
            {project === null ? "Create the project" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
