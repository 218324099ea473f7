// Keeps the page of a run up to date. Every text comes ready from the server; this only puts it into place.
"use strict";

(() => {
  const now = document.getElementById("now");
  const board = now.querySelector(".board");
  const blank = now.querySelector("template").content.firstElementChild;
  const connection = now.querySelector(".connection");
  const spoken = now.querySelector("[role=status]");

  const PHASES = ["leased", "preparing", "running", "testing", "queued"];
  const TABLE_PAUSE = 3000; // milliseconds between two loads of the table of tasks
  const SPOKEN_PAUSE = 15000; // between two sentences for screen readers
  const SHORTEST_VISIT = 5000; // before a page loads itself again

  let source = null;
  let failures = 0;
  let ahead = Number(now.dataset.at) - Date.now(); // of the server's clock
  let figures = {};

  // Time

  function duration(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    const pad = (number) => String(number).padStart(2, "0");
    return `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  }

  function tick() {
    const time = Date.now() + ahead;
    for (const each of document.querySelectorAll("[data-since]")) say(each, duration(time - each.dataset.since));
    for (const each of document.querySelectorAll("[data-until]")) say(each, duration(each.dataset.until - time));
  }

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function live(name) {
    return document.querySelectorAll(`[data-live="${name}"]`);
  }

  // What is shown

  function show(news) {
    ahead = news.at - Date.now();
    if (news.figures) showFigures(news.figures);
    if (news.run) showRun(news.run);
    for (const task of news.tasks ?? []) showTask(task);
    for (const task of news.gone ?? []) line(task)?.remove();
    tick();
  }

  function showFigures(changed) {
    figures = { ...figures, ...changed };
    for (const [name, text] of Object.entries(changed)) {
      for (const each of live(name)) say(each, text);
    }
  }

  function showRun(run) {
    for (const each of live("progress")) {
      each.max = run.total;
      each.value = run.done;
    }
    setTimes(run.began, run.ends);
    if (run.state !== now.dataset.state) showAgain(); // then other things can be done with the run
  }

  function setTimes(began, ends) {
    for (const each of live("elapsed")) each.dataset.since = began;
    for (const each of live("estimate")) {
      if (ends) {
        each.dataset.until = ends;
      } else {
        delete each.dataset.until;
        say(each, "unknown");
      }
    }
  }

  function line(task) {
    return board.querySelector(`[data-task="${Number(task)}"]`);
  }

  function showTask(task) {
    let row = line(task.task);
    if (!row) {
      row = blank.cloneNode(true);
      row.dataset.task = task.task;
      field(row, "name").href = now.dataset.tasks + Number(task.task);
      board.append(row);
    }
    for (const name of ["name", "tool", "text", "tokens", "cost", "trouble"]) say(field(row, name), task[name]);
    say(field(row, "again"), `attempt ${task.attempt}`);
    field(row, "again").hidden = task.attempt === 1;
    const phase = field(row, "phase");
    say(phase, task.phase);
    phase.className = PHASES.includes(task.phase) ? `verdict ${task.phase}` : "verdict";
    say(field(row, "waits_for"), `waits for ${task.waits_for}`);
    field(row, "waits_for").hidden = !task.waits_for;
    field(row, "since").dataset.since = task.since;
    field(row, "until").hidden = !task.until;
    const limit = field(row, "until").querySelector("span");
    if (task.until) limit.dataset.until = task.until;
    else delete limit.dataset.until;
  }

  function field(row, name) {
    return row.querySelector(`[data-field="${name}"]`);
  }

  function showAll(snapshot) {
    const known = new Set(snapshot.tasks.map((task) => String(task.task)));
    for (const row of [...board.children]) if (!known.has(row.dataset.task)) row.remove();
    show(snapshot);
    showTable();
  }

  // What the server has to make anew

  function atMostEvery(pause, work) {
    let latest = 0; // when the page was opened, and showed everything
    let waiting = 0;
    return () => {
      if (waiting) return;
      const wait = Math.max(0, latest + pause - performance.now());
      waiting = setTimeout(() => {
        waiting = 0;
        latest = performance.now();
        work();
      }, wait);
    };
  }

  const showTable = atMostEvery(TABLE_PAUSE, () => {
    const table = live("tasks")[0];
    if (table && !table.parentElement.contains(document.activeElement)) window.htmx.trigger(table, "refresh");
  });

  const speak = atMostEvery(SPOKEN_PAUSE, () => {
    say(spoken, `${figures.passed} passed, ${figures.failed} failed, ${figures.open} open`);
  });

  const showAgain = atMostEvery(SHORTEST_VISIT, () => {
    if (document.activeElement.matches("input, textarea, select")) showAgain(); // somebody is writing
    else window.location.reload();
  });

  // The connection

  function connect() {
    if (source || document.hidden) return;
    state("connecting", "connecting");
    source = new EventSource(now.dataset.stream);
    source.addEventListener("open", () => {
      failures = 0;
      state("live", "live");
    });
    source.addEventListener("snapshot", (event) => showAll(JSON.parse(event.data)));
    source.addEventListener("now", (event) => show(JSON.parse(event.data)));
    source.addEventListener("task", (event) => {
      if (!["verdict", "requeued"].includes(JSON.parse(event.data).kind)) return;
      showTable();
      speak();
    });
    source.addEventListener("done", (event) => {
      disconnect();
      state("over", "over");
      if (JSON.parse(event.data).state === "deleted") window.location.assign("/");
      else showAgain();
    });
    source.addEventListener("error", () => {
      state("lost", "connection lost, trying again");
      if (source?.readyState !== EventSource.CLOSED) return; // the browser itself tries again
      disconnect();
      failures += 1;
      setTimeout(connect, Math.min(60000, 2000 * 2 ** failures));
    });
  }

  function disconnect() {
    source?.close();
    source = null;
  }

  function state(name, text) {
    connection.dataset.is = name;
    say(connection, text);
  }

  // A browser opens six connections to a server at most: pages that nobody looks at must not hold one.
  document.addEventListener("visibilitychange", () => {
    if (connection.dataset.is === "over") return;
    if (document.hidden) {
      disconnect();
      state("paused", "paused");
    } else {
      connect();
    }
  });

  setTimes(now.dataset.began, now.dataset.ends);
  setInterval(tick, 1000);
  connect();
})();
