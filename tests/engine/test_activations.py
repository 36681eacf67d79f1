import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nst

from nnviz.engine.activations import ACTIVATIONS, WITH_ALPHA, activation_function
from nnviz.engine.tape import Array

FORMULAS: dict[str, Callable[[float], float]] = {
    "identity": lambda p: p,
    "step": lambda p: 1.0 if p >= 0 else 0.0,
    "sign": lambda p: float((p > 0) - (p < 0)),
    "sigmoid": lambda p: 1 / (1 + math.exp(-p)),
    "tanh": lambda p: (math.exp(p) - math.exp(-p)) / (math.exp(p) + math.exp(-p)),
    "relu": lambda p: max(0.0, p),
    "leaky_relu": lambda p: p if p > 0 else 0.1 * p,
    "elu": lambda p: p if p > 0 else 0.1 * math.expm1(p),
    "softplus": lambda p: math.log1p(math.exp(p)),
    "gelu": lambda p: p * 0.5 * math.erfc(-p / math.sqrt(2.0)),
    "silu": lambda p: p / (1.0 + math.exp(-p)),
    "cube": lambda p: p**3,
}
SMOOTH = [name for name, function in ACTIVATIONS.items() if function.at_zero == "smooth"]

few = settings(deadline=None, max_examples=60, derandomize=True)
every_activation = pytest.mark.parametrize("name", list(FORMULAS))
moderate = st.floats(-300, 300)


def test_these_are_all_activations() -> None:
    assert set(ACTIVATIONS) == set(FORMULAS)
    assert all(function.name == name for name, function in ACTIVATIONS.items())


@every_activation
@few
@given(p=moderate)
def test_value_is_the_formula(name: str, p: float) -> None:
    rounding = 1e-15 + 1e-16 * abs(p)
    assert float(ACTIVATIONS[name](np.array(p))) == pytest.approx(FORMULAS[name](p), rel=1e-13, abs=rounding)


@every_activation
@few
@given(p=st.floats(-30, 30))
def test_derivative_is_the_slope_of_the_formula(name: str, p: float) -> None:
    h = 1e-5
    assume(name in SMOOTH or abs(p) > h)
    slope = (FORMULAS[name](p + h) - FORMULAS[name](p - h)) / (2 * h)
    assert float(ACTIVATIONS[name].derivative(np.array(p))) == pytest.approx(slope, rel=1e-9, abs=1e-9)


def test_gelu_and_its_slope_are_exact_to_the_last_digits() -> None:
    p = np.concatenate([np.linspace(-40.0, 40.0, 160_001), [-1e300, -1e20, 1e20]])
    below = np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in p.tolist()])
    with np.errstate(over="ignore"):
        slope = below + p * np.exp(-0.5 * p * p) / math.sqrt(2.0 * math.pi)
        np.testing.assert_allclose(ACTIVATIONS["gelu"](p), p * below, rtol=3e-16, atol=2e-16)
        np.testing.assert_allclose(ACTIVATIONS["gelu"].derivative(p), slope, rtol=0, atol=4e-16)


@pytest.mark.parametrize(
    ("name", "value", "derivative"),
    [
        ("step", 1.0, 0.0),
        ("sign", 0.0, 0.0),
        ("relu", 0.0, 0.0),
        ("leaky_relu", 0.0, 0.1),
        ("elu", 0.0, 0.1),
    ],
)
def test_at_its_kink_it_is_what_pytorch_takes(name: str, value: float, derivative: float) -> None:
    for zero in (0.0, -0.0):
        assert float(ACTIVATIONS[name](np.array(zero))) == value
        assert float(ACTIVATIONS[name].derivative(np.array(zero))) == derivative


@every_activation
@few
@given(
    p=nst.arrays(
        st.sampled_from([np.float32, np.float64]),
        nst.array_shapes(min_dims=0, max_dims=3, min_side=0),
        elements=st.floats(-300, 300, width=32),
    )
)
def test_any_shape_is_worked_on_unit_by_unit(name: str, p: Array) -> None:
    before = p.copy()
    value, derivative = ACTIVATIONS[name](p), ACTIVATIONS[name].derivative(p)
    assert value.shape == derivative.shape == p.shape
    assert value.dtype == derivative.dtype == p.dtype
    np.testing.assert_array_equal(p, before, err_msg="the input was modified")
    expected = [FORMULAS[name](x) for x in p.ravel().tolist()]
    rounding = 20 * float(np.finfo(p.dtype).eps)
    np.testing.assert_allclose(value.ravel(), expected, rtol=rounding, atol=rounding)


@every_activation
def test_a_plain_number_will_do(name: str) -> None:
    value, derivative = ACTIVATIONS[name](0.7), ACTIVATIONS[name].derivative(0.7)  # type: ignore[arg-type]
    assert value.shape == derivative.shape == ()
    assert float(value) == pytest.approx(FORMULAS[name](0.7))


@every_activation
def test_transposed_arrays_keep_their_order(name: str) -> None:
    p = np.linspace(-3, 3, 12).reshape(3, 4)
    np.testing.assert_array_equal(ACTIVATIONS[name](p.T), ACTIVATIONS[name](p).T)
    np.testing.assert_array_equal(ACTIVATIONS[name].derivative(p.T), ACTIVATIONS[name].derivative(p).T)


@every_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_overflows_far_out(name: str, dtype: type) -> None:
    far: Array = np.array([-1e6, -1e4, -800.0, 800.0, 1e4, 1e6], dtype)
    slope = ACTIVATIONS[name].derivative(far)
    assert np.isfinite(ACTIVATIONS[name](far)).all()
    assert (slope >= -1e-12).all()
    assert (slope <= 1).all() or name == "cube"


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("identity", -1e6, 1e6),
        ("step", 0.0, 1.0),
        ("sign", -1.0, 1.0),
        ("sigmoid", 0.0, 1.0),
        ("tanh", -1.0, 1.0),
        ("relu", 0.0, 1e6),
        ("leaky_relu", -1e5, 1e6),
        ("elu", -0.1, 1e6),
        ("softplus", 0.0, 1e6),
        ("gelu", 0.0, 1e6),
        ("silu", 0.0, 1e6),
    ],
)
def test_far_out_it_reaches_its_limits(name: str, left: float, right: float) -> None:
    value = ACTIVATIONS[name](np.array([-1e6, 1e6]))
    np.testing.assert_allclose(value, [left, right], rtol=1e-15, atol=1e-15)


@every_activation
def test_span_is_what_the_values_fill(name: str) -> None:
    value = ACTIVATIONS[name](np.concatenate([np.linspace(-1e6, 1e6, 20_001), np.linspace(-3.0, 3.0, 600_001)]))
    for reached, bound in zip((value.min(), value.max()), ACTIVATIONS[name].span, strict=True):
        if np.isfinite(bound):
            assert reached == pytest.approx(bound, abs=1e-10)
        else:
            assert abs(reached) > 1e4
            assert np.sign(reached) == np.sign(bound)


@pytest.mark.parametrize("alpha", [0.1, 1.0])
@every_activation
def test_what_it_does_at_zero_is_what_its_values_do(name: str, alpha: float) -> None:
    function, h = activation_function(name, alpha), 1e-7
    before, at, after = (float(function(np.array(p))) for p in (-h, 0.0, h))
    jumps = max(abs(after - at), abs(at - before)) > 0.1
    bends = abs((after - at) - (at - before)) > 0.01 * h
    assert function.at_zero == ("jump" if jumps else "kink" if bends else "smooth")


@every_activation
def test_those_between_two_asymptotes_have_an_inverse_and_no_other_has(name: str) -> None:
    function = ACTIVATIONS[name]
    bounded = bool(np.isfinite(function.span).all())
    assert (function.inverse is not None) == (bounded and function.at_zero == "smooth")
    if function.inverse:
        for p in (-3.0, -0.5, 0.0, 2.0):
            assert function.inverse(float(function(np.array(p)))) == pytest.approx(p, abs=1e-12)


WITH_ANY_ALPHA: dict[str, Callable[[float, float], float]] = {
    "leaky_relu": lambda p, alpha: p if p > 0 else alpha * p,
    "elu": lambda p, alpha: p if p > 0 else alpha * math.expm1(p),
}
alphas = st.floats(0, 1)


def test_these_are_all_that_have_an_alpha() -> None:
    assert set(WITH_ALPHA) == set(WITH_ANY_ALPHA)
    assert {f.name: f.alpha for f in ACTIVATIONS.values() if f.alpha is not None} == dict.fromkeys(WITH_ALPHA, 0.1)
    for name, function in ACTIVATIONS.items():
        assert activation_function(name) is function


@pytest.mark.parametrize("name", WITH_ANY_ALPHA)
@few
@given(alpha=alphas, p=moderate)
def test_with_any_alpha_value_is_the_formula(name: str, alpha: float, p: float) -> None:
    function = activation_function(name, alpha)
    assert float(function(np.array(p))) == pytest.approx(WITH_ANY_ALPHA[name](p, alpha), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("name", WITH_ANY_ALPHA)
@few
@given(alpha=alphas, p=st.floats(-30, 30))
def test_with_any_alpha_derivative_is_the_slope_of_the_formula(name: str, alpha: float, p: float) -> None:
    h = 1e-5
    assume(abs(p) > h)
    formula = WITH_ANY_ALPHA[name]
    slope = (formula(p + h, alpha) - formula(p - h, alpha)) / (2 * h)
    assert float(activation_function(name, alpha).derivative(np.array(p))) == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("name", WITH_ANY_ALPHA)
@few
@given(alpha=alphas)
def test_with_any_alpha_the_slope_at_the_kink_is_alpha(name: str, alpha: float) -> None:
    assert float(activation_function(name, alpha).derivative(np.array(0.0))) == alpha


@pytest.mark.parametrize("name", WITH_ANY_ALPHA)
@pytest.mark.parametrize("alpha", [0.0, 0.05, 1.0])
def test_with_any_alpha_span_is_what_the_values_fill(name: str, alpha: float) -> None:
    function = activation_function(name, alpha)
    lowest, highest = function(np.array([-1e6, 1e6]))
    assert highest == 1e6
    assert lowest == pytest.approx(max(function.span[0], -alpha * 1e6), abs=1e-15)


def test_the_same_alpha_gives_the_same_function_and_another_says_so() -> None:
    assert activation_function("elu", 0.3) is activation_function("elu", 0.3)
    assert activation_function("leaky_relu", 0.25).formula == "max(0.25 p, p)"
    assert activation_function("elu", 0.3).derivative_formula == "1 if p > 0, else 0.3 eᵖ"
    assert activation_function("tanh", 0.3) is ACTIVATIONS["tanh"]
