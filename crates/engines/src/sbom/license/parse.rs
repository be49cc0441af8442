//! Conjunctions, alternatives and exceptions, in SPDX's words or in those of the distributions.

use super::names;

/// Nested brackets deeper than this are not taken for an expression.
const DEPTH_MAX: usize = 16;

/// The top-level conjuncts, each as an SPDX expression or, where a name in it has none, in its own words. `None` when
/// the text does not follow the grammar.
pub(super) fn conjuncts(text: &str) -> Option<Vec<String>> {
    let mut parser = Parser {
        tokens: tokens(text),
        at: 0,
    };
    let node = parser.listed()?;
    if parser.at != parser.tokens.len() {
        return None;
    }
    let mut parts = Vec::new();
    flatten(&node, text, &mut parts)?;
    Some(parts)
}

enum Node {
    Name {
        start: usize,
        end: usize,
        exception: Option<(usize, usize)>,
    },
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// A conjunct that does not map keeps its own words, and then must be one name: a bracket with an unknown name inside
/// has no words of its own, and the whole text is kept instead.
fn flatten(node: &Node, text: &str, out: &mut Vec<String>) -> Option<()> {
    match node {
        Node::All(nodes) => nodes.iter().try_for_each(|node| flatten(node, text, out)),
        Node::Name {
            start,
            end,
            exception,
        } => {
            let end = exception.map_or(*end, |(_, end)| end);
            out.push(render(node, text).unwrap_or_else(|| text[*start..end].to_owned()));
            Some(())
        }
        Node::Any(_) => {
            out.push(render(node, text)?);
            Some(())
        }
    }
}

fn render(node: &Node, text: &str) -> Option<String> {
    let join = |nodes: &[Node], word: &str| {
        let parts: Option<Vec<String>> = nodes
            .iter()
            .map(|node| match node {
                Node::Name { .. } => render(node, text),
                _ => Some(format!("({})", render(node, text)?)),
            })
            .collect();
        Some(parts?.join(word))
    };
    match node {
        Node::All(nodes) => join(nodes, " AND "),
        Node::Any(nodes) => join(nodes, " OR "),
        Node::Name {
            start,
            end,
            exception: None,
        } => names::id(&text[*start..*end]),
        Node::Name {
            start,
            end,
            exception: Some((from, to)),
        } => {
            let license = names::id(&text[*start..*end])?;
            let exception = names::exception(&text[*from..*to], &license)?;
            Some(format!("{license} WITH {exception}"))
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    With,
    Comma,
    /// A run of words.
    Words(usize, usize),
}

/// Brackets and commas are their own tokens; `and`, `or`, `with` in any case.
fn tokens(text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if !matches!(c, ' ' | '(' | ')' | ',') {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            push_word(&mut out, text, from, at);
        }
        match c {
            '(' => out.push(Token::Open),
            ')' => out.push(Token::Close),
            ',' => out.push(Token::Comma),
            _ => {}
        }
    }
    out
}

fn push_word(out: &mut Vec<Token>, text: &str, from: usize, to: usize) {
    let word = &text[from..to];
    let operator = [("and", Token::And), ("or", Token::Or), ("with", Token::With)]
        .into_iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name));
    match (operator, out.last_mut()) {
        (Some((_, token)), _) => out.push(token),
        (None, Some(Token::Words(_, end))) => *end = to,
        (None, _) => out.push(Token::Words(from, to)),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    /// In the Debian format a comma before the operator binds weakest: `A or B, and C` is `(A or B) and C`. A mix of
    /// both operators after commas is not understood.
    fn listed(&mut self) -> Option<Node> {
        let mut nodes = vec![self.either(0)?];
        let mut joined_by = None;
        while self.take(Token::Comma) {
            let operator = [Token::And, Token::Or]
                .into_iter()
                .find(|operator| self.take(*operator))?;
            if *joined_by.get_or_insert(operator) != operator {
                return None;
            }
            nodes.push(self.either(0)?);
        }
        Some(match (nodes.len(), joined_by) {
            (1, _) => nodes.remove(0),
            (_, Some(Token::Or)) => Node::Any(nodes),
            _ => Node::All(nodes),
        })
    }

    /// `and` binds tighter than `or`, in SPDX as in the Debian format.
    fn either(&mut self, depth: usize) -> Option<Node> {
        let mut nodes = vec![self.all(depth)?];
        while self.take(Token::Or) {
            nodes.push(self.all(depth)?);
        }
        Some(if nodes.len() == 1 {
            nodes.remove(0)
        } else {
            Node::Any(nodes)
        })
    }

    fn all(&mut self, depth: usize) -> Option<Node> {
        let mut nodes = vec![self.one(depth)?];
        while self.take(Token::And) {
            nodes.push(self.one(depth)?);
        }
        Some(if nodes.len() == 1 {
            nodes.remove(0)
        } else {
            Node::All(nodes)
        })
    }

    fn one(&mut self, depth: usize) -> Option<Node> {
        if self.take(Token::Open) {
            let node = if depth < DEPTH_MAX {
                self.either(depth + 1)?
            } else {
                return None;
            };
            return self.take(Token::Close).then_some(node);
        }
        let (start, end) = self.words()?;
        let exception = if self.take(Token::With) {
            Some(self.words()?)
        } else {
            None
        };
        Some(Node::Name {
            start,
            end,
            exception,
        })
    }

    fn words(&mut self) -> Option<(usize, usize)> {
        match self.tokens.get(self.at) {
            Some(Token::Words(start, end)) => {
                self.at += 1;
                Some((*start, *end))
            }
            _ => None,
        }
    }

    fn take(&mut self, token: Token) -> bool {
        let found = self.tokens.get(self.at) == Some(&token);
        self.at += usize::from(found);
        found
    }
}
