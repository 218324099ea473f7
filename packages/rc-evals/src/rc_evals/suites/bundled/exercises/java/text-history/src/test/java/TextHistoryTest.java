import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TextHistoryTest {

    private final TextHistory history = new TextHistory(10);

    private void type(String letters) {
        for (int i = 0; i < letters.length(); i++) {
            history.insert(history.text().length(), letters.substring(i, i + 1));
        }
    }

    private void expect(String text, int undoSteps, int redoSteps) {
        assertEquals(text, history.text());
        assertEquals(undoSteps, history.undoSteps(), "steps to undo");
        assertEquals(redoSteps, history.redoSteps(), "steps to make again");
    }

    @Test
    void aNewHistoryIsEmpty() {
        expect("", 0, 0);
        assertFalse(history.undo());
        assertFalse(history.redo());
    }

    @Test
    void insertionsAndDeletionsChangeTheText() {
        history.insert(0, "held");
        history.insert(3, "lo wor");
        history.insert(9, "l");
        expect("hello world", 2, 0);
        history.delete(0, 6);
        expect("world", 3, 0);
    }

    @Test
    void stepsAreTakenBackAndMadeAgain() {
        history.insert(0, "abc");
        history.delete(1, 2);
        history.insert(0, "x");
        assertTrue(history.undo());
        expect("ac", 2, 1);
        assertTrue(history.undo());
        expect("abc", 1, 2);
        assertTrue(history.undo());
        expect("", 0, 3);
        assertTrue(history.redo());
        assertTrue(history.redo());
        assertTrue(history.redo());
        expect("xac", 3, 0);
        assertFalse(history.redo());
    }

    @Test
    void typingIsOneStep() {
        type("word");
        expect("word", 1, 0);
        history.undo();
        expect("", 0, 1);
        history.redo();
        expect("word", 1, 0);
    }

    @Test
    void insertingElsewhereIsAStepOfItsOwn() {
        type("ab");
        history.insert(0, "c");
        history.insert(0, "d");
        expect("dcab", 3, 0);
        history.insert(1, "e");
        expect("decab", 3, 0);
        history.undo();
        expect("cab", 2, 1);
    }

    @Test
    void aDeletionComesBetween() {
        type("abc");
        history.delete(2, 3);
        type("d");
        expect("abd", 3, 0);
        history.delete(2, 3);
        history.delete(1, 2);
        expect("a", 5, 0);
    }

    @Test
    void sealingEndsTheStep() {
        type("ab");
        history.seal();
        history.seal();
        type("cd");
        expect("abcd", 2, 0);
        history.undo();
        expect("ab", 1, 1);
    }

    @Test
    void undoAndRedoComeBetweenIfTheyDidSomething() {
        type("a");
        assertFalse(history.redo());
        type("b");
        expect("ab", 1, 0);
        history.seal();
        type("c");
        history.undo();
        type("d");
        expect("abd", 2, 0);
        history.undo();
        history.redo();
        type("e");
        expect("abde", 3, 0);
    }

    @Test
    void emptyEditsAreNothingAtAll() {
        type("ab");
        history.insert(0, "");
        history.delete(1, 1);
        type("c");
        expect("abc", 1, 0);
        history.undo();
        history.insert(0, "");
        history.delete(0, 0);
        expect("", 0, 1);
    }

    @Test
    void aNewStepForgetsWhatCouldBeMadeAgain() {
        type("a");
        history.seal();
        type("b");
        history.undo();
        history.delete(0, 1);
        expect("", 2, 0);
        assertFalse(history.redo());
        history.undo();
        expect("a", 1, 1);
    }

    @Test
    void theOldestStepsAreForgottenButTheirTextStays() {
        TextHistory shortHistory = new TextHistory(2);
        for (String text : new String[] {"a", "b", "c"}) {
            shortHistory.insert(0, text);
        }
        assertEquals(2, shortHistory.undoSteps());
        assertTrue(shortHistory.undo());
        assertTrue(shortHistory.undo());
        assertFalse(shortHistory.undo());
        assertEquals("a", shortHistory.text());
        assertEquals(2, shortHistory.redoSteps());
        assertThrows(IllegalArgumentException.class, () -> new TextHistory(0));
    }

    @Test
    void badPositionsChangeNothing() {
        type("abc");
        history.undo();
        history.redo();
        history.delete(2, 3);
        history.undo();
        assertThrows(IndexOutOfBoundsException.class, () -> history.insert(4, "x"));
        assertThrows(IndexOutOfBoundsException.class, () -> history.insert(-1, ""));
        assertThrows(IndexOutOfBoundsException.class, () -> history.delete(0, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> history.delete(-1, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> history.delete(2, 1));
        expect("abc", 1, 1);
    }
}
