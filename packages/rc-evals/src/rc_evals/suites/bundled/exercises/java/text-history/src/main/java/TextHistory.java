/** A text that remembers how it was. */
public class TextHistory {

    public TextHistory(int maxSteps) {
        throw new UnsupportedOperationException("TextHistory is not written yet");
    }

    public String text() {
        throw new UnsupportedOperationException("text is not written yet");
    }

    public void insert(int at, String text) {
        throw new UnsupportedOperationException("insert is not written yet");
    }

    public void delete(int from, int to) {
        throw new UnsupportedOperationException("delete is not written yet");
    }

    public boolean undo() {
        throw new UnsupportedOperationException("undo is not written yet");
    }

    public boolean redo() {
        throw new UnsupportedOperationException("redo is not written yet");
    }

    public int undoSteps() {
        throw new UnsupportedOperationException("undoSteps is not written yet");
    }

    public int redoSteps() {
        throw new UnsupportedOperationException("redoSteps is not written yet");
    }

    public void seal() {
        throw new UnsupportedOperationException("seal is not written yet");
    }
}
