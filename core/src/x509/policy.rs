//! Certificate policies as a graph (RFC 9618, which replaces the tree of RFC 5280 §6.1.2 (a)).
//!
//! ```text
//! depth 0        anyPolicy
//!                /       \
//! depth 1       P         Q         one node for each policy that is valid there …
//!               | \     / |
//! depth 2       R   S  …            … with an edge to every node above whose expected set holds it
//! ```
//!
//! The tree has one node for each *path* through this picture, which doubles with every depth; the graph has one for
//! each policy. Nodes without children are not deleted on the way: whether the graph is NULL shows in its last depth
//! alone, and the end walks from there upward, where such nodes are never met.

use std::collections::{BTreeMap, BTreeSet};

use super::extensions::{ANY_POLICY, PolicyMapping};
use crate::crypto::Oid;

/// The nodes of one depth.
#[derive(Debug, Default)]
struct Level {
    /// `valid_policy` of each node, and that of its parents.
    nodes: BTreeMap<Oid, Vec<Oid>>,
    /// Each policy in the `expected_policy_set` of a node here, and those nodes.
    expected: BTreeMap<Oid, Vec<Oid>>,
}

impl Level {
    /// Every node expects its own policy.
    fn expect_themselves(&mut self) {
        self.expected = self.nodes.keys().map(|policy| (*policy, vec![*policy])).collect();
    }
}

/// `valid_policy_graph`.
#[derive(Debug)]
pub(super) struct PolicyGraph {
    levels: Vec<Level>,
}

impl PolicyGraph {
    /// §6.1.2 (a): one node of depth 0, `anyPolicy`.
    pub(super) fn new() -> Self {
        let mut level = Level { nodes: BTreeMap::from([(ANY_POLICY, Vec::new())]), ..Level::default() };
        level.expect_themselves();
        Self { levels: vec![level] }
    }

    /// §6.1.3 (d): the policies of the next certificate. `any_counts`: `inhibit_anyPolicy` is above 0, or the
    /// certificate is self-issued and not the last.
    pub(super) fn descend(&mut self, policies: &[Oid], any_counts: bool) {
        let Some(above) = self.levels.last() else { return };
        let mut level = Level::default();
        // (1)
        for policy in policies.iter().filter(|policy| **policy != ANY_POLICY) {
            if let Some(parents) = above.expected.get(policy) {
                level.nodes.insert(*policy, parents.clone());
            } else if above.nodes.contains_key(&ANY_POLICY) {
                level.nodes.insert(*policy, vec![ANY_POLICY]);
            }
        }
        // (2)
        if any_counts && policies.contains(&ANY_POLICY) {
            for (policy, parents) in &above.expected {
                level.nodes.entry(*policy).or_insert_with(|| parents.clone());
            }
        }
        level.expect_themselves();
        self.levels.push(level);
    }

    /// True if the graph is NULL.
    pub(super) fn is_null(&self) -> bool {
        self.levels.last().is_none_or(|level| level.nodes.is_empty())
    }

    /// §6.1.4 (b): the mappings of the certificate just descended to; `allowed`: `policy_mapping` is above 0.
    pub(super) fn map(&mut self, mappings: &[PolicyMapping], allowed: bool) {
        let Some(level) = self.levels.last_mut() else { return };
        let mut equivalents: BTreeMap<Oid, BTreeSet<Oid>> = BTreeMap::new();
        for mapping in mappings {
            equivalents.entry(mapping.issuer).or_default().insert(mapping.subject);
        }
        if !allowed {
            // (2)
            level.nodes.retain(|policy, _| !equivalents.contains_key(policy));
            level.expect_themselves();
            return;
        }
        // (1) A policy that is valid only through anyPolicy gets a node of its own beside that one.
        if level.nodes.contains_key(&ANY_POLICY) {
            for policy in equivalents.keys() {
                level.nodes.entry(*policy).or_insert_with(|| vec![ANY_POLICY]);
            }
        }
        level.expected = BTreeMap::new();
        for policy in level.nodes.keys() {
            let itself = BTreeSet::from([*policy]);
            for expected in equivalents.get(policy).unwrap_or(&itself) {
                level.expected.entry(*expected).or_default().push(*policy);
            }
        }
    }

    /// §6.1.5 (g): `user_constrained_policy_set`, for the set that the user accepts (`None`: any policy).
    pub(super) fn finish(&self, accepted: Option<&[Oid]>) -> BTreeSet<Oid> {
        // The policies in the words of the anchor's domain: nodes that hang on anyPolicy, and anyPolicy if it lasts.
        let mut authority = BTreeSet::new();
        let mut reached: BTreeSet<Oid> =
            self.levels.last().map(|l| l.nodes.keys().copied().collect()).unwrap_or_default();
        if reached.contains(&ANY_POLICY) {
            authority.insert(ANY_POLICY);
        }
        for level in self.levels.iter().skip(1).rev() {
            let mut parents = BTreeSet::new();
            for policy in reached {
                let above = level.nodes.get(&policy).map(Vec::as_slice).unwrap_or_default();
                if policy != ANY_POLICY && above.contains(&ANY_POLICY) {
                    authority.insert(policy);
                }
                parents.extend(above.iter().copied());
            }
            reached = parents;
        }
        match accepted {
            None => authority,
            Some(accepted) if authority.contains(&ANY_POLICY) => accepted.iter().copied().collect(),
            Some(accepted) => accepted.iter().copied().filter(|policy| authority.contains(policy)).collect(),
        }
    }

    #[cfg(test)]
    fn size(&self) -> usize {
        let edges = |level: &Level| level.nodes.values().map(Vec::len).sum::<usize>();
        self.levels.iter().map(|level| level.nodes.len() + edges(level)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(number: usize) -> Oid {
        Oid::parse(&format!("1.3.6.1.4.1.99999.{number}")).unwrap()
    }

    fn mapping(issuer: usize, subject: usize) -> PolicyMapping {
        PolicyMapping { issuer: policy(issuer), subject: policy(subject) }
    }

    /// RFC 9618 §1: two policies, each mapped to both, at every depth: 2^n nodes in the tree.
    #[test]
    fn the_exponential_mapping_attack_stays_small() {
        let mut graph = PolicyGraph::new();
        let policies: Vec<Oid> = (0..10).map(policy).collect();
        let all: Vec<_> = (0..10).flat_map(|a| (0..10).map(move |b| mapping(a, b))).collect();
        for _ in 0..50 {
            graph.descend(&policies, false);
            graph.map(&all, true);
        }
        assert!(!graph.is_null());
        assert_eq!(graph.size(), 1 + 20 + 49 * 110);
        assert_eq!(graph.finish(None).len(), 10);
    }

    #[test]
    fn mapping_through_any_policy_and_back_to_the_words_of_the_anchor() {
        let mut graph = PolicyGraph::new();
        graph.descend(&[ANY_POLICY], true);
        graph.map(&[mapping(1, 2)], true);
        graph.descend(&[policy(2)], true);
        assert_eq!(graph.finish(None), BTreeSet::from([policy(1)]));
        assert!(graph.finish(Some(&[policy(2)])).is_empty());
        assert_eq!(graph.finish(Some(&[policy(1)])), BTreeSet::from([policy(1)]));
    }

    #[test]
    fn a_chain_of_mappings_is_read_at_once_not_in_turn() {
        let mut graph = PolicyGraph::new();
        graph.descend(&[policy(1), policy(2)], true);
        graph.map(&[mapping(1, 2), mapping(2, 3)], true);
        graph.descend(&[policy(2)], true);
        assert_eq!(graph.finish(None), BTreeSet::from([policy(1)]));
    }

    #[test]
    fn forbidden_mappings_delete_and_inhibited_any_policy_ends_the_graph() {
        let mut graph = PolicyGraph::new();
        graph.descend(&[policy(1)], true);
        graph.map(&[mapping(1, 2)], false);
        assert!(graph.is_null() && graph.finish(None).is_empty());

        let mut graph = PolicyGraph::new();
        graph.descend(&[ANY_POLICY], false);
        assert!(graph.is_null());
        let mut graph = PolicyGraph::new();
        graph.descend(&[ANY_POLICY], true);
        assert_eq!(graph.finish(Some(&[policy(7)])), BTreeSet::from([policy(7)]));
        assert_eq!(graph.finish(None), BTreeSet::from([ANY_POLICY]));
    }
}
