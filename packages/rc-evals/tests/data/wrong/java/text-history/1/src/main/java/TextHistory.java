// Wrong: what could be made again survives a new step.

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/** A text that remembers how it was. */
public class TextHistory {

    /** At position {@code at}, {@code removed} became {@code inserted}. */
    private record Step(int at, String removed, String inserted) {}

    private final int maxSteps;
    private final StringBuilder text = new StringBuilder();
    private final Deque<Step> done = new ArrayDeque<>();
    private final Deque<Step> undone = new ArrayDeque<>();
    private boolean open;

    public TextHistory(int maxSteps) {
        if (maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps must be at least 1, not " + maxSteps);
        }
        this.maxSteps = maxSteps;
    }

    public String text() {
        return text.toString();
    }

    public void insert(int at, String inserted) {
        Objects.checkFromToIndex(at, text.length(), text.length());
        if (inserted.isEmpty()) {
            return;
        }
        Step latest = done.peekLast();
        boolean joins = open && latest.at() + latest.inserted().length() == at;
        if (joins) {
            done.removeLast();
        }
        remember(joins ? new Step(latest.at(), "", latest.inserted() + inserted) : new Step(at, "", inserted));
        text.insert(at, inserted);
        open = true;
    }

    public void delete(int from, int to) {
        Objects.checkFromToIndex(from, to, text.length());
        if (from == to) {
            return;
        }
        remember(new Step(from, text.substring(from, to), ""));
        text.delete(from, to);
        open = false;
    }

    public boolean undo() {
        if (done.isEmpty()) {
            return false;
        }
        Step step = done.removeLast();
        text.replace(step.at(), step.at() + step.inserted().length(), step.removed());
        undone.addLast(step);
        open = false;
        return true;
    }

    public boolean redo() {
        if (undone.isEmpty()) {
            return false;
        }
        Step step = undone.removeLast();
        text.replace(step.at(), step.at() + step.removed().length(), step.inserted());
        done.addLast(step);
        open = false;
        return true;
    }

    public int undoSteps() {
        return done.size();
    }

    public int redoSteps() {
        return undone.size();
    }

    public void seal() {
        open = false;
    }

    private void remember(Step step) {
        done.addLast(step);
        if (done.size() > maxSteps) {
            done.removeFirst();
        }
    }
}
