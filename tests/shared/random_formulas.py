"""Random formulas for property tests: ``st.from_type(Formula)`` draws one over three inputs."""

from hypothesis import Phase, settings
from hypothesis import strategies as st

from smoothdistill_core.formula import OPERATORS, Constant, Formula, Variable

FEATURES = 3

leaves = st.one_of(
    st.integers(0, FEATURES - 1).map(Variable),
    st.floats(-5, 5).map(Constant),
    st.sampled_from([0.0, 1.0, 2.0, -1.0, 0.5, 0.001, 1e-5, 1e5]).map(Constant),
)
common = st.sampled_from([OPERATORS[name] for name in ("add", "sub", "mul", "div", "neg", "square", "pow")])
nodes = st.one_of(leaves, leaves, leaves, common, common, st.sampled_from(list(OPERATORS.values())))


def assembled(nodes):
    """Push leaves, let operators take what lies on top, keep the largest: any list of nodes makes a formula."""
    stack = [[Variable(0)]]
    for node in nodes:
        arity = getattr(node, "arity", 0)
        if arity <= len(stack):
            stack.append([node, *(part for _ in range(arity) for part in stack.pop())])
    return Formula.from_prefix(max(stack, key=len))


st.register_type_strategy(Formula, st.lists(nodes, min_size=3, max_size=40).map(assembled))
settings.register_profile(
    "formula",
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],  # explaining a failure takes minutes
)
