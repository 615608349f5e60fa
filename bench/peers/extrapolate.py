"""Values on three meshes, extrapolated to elements of no size."""


def extrapolate(meshes, values):
    """Limit and order q of u(h) = u0 + c h^q through three meshes, by bisection for q; None when they do not converge so."""
    h = [1 / n for n in meshes]
    ratio = (values[1] - values[0]) / (values[2] - values[1])
    excess = lambda q: (h[1]**q - h[0]**q) / (h[2]**q - h[1]**q) - ratio
    low, high = 0.1, 12.0
    if excess(low) * excess(high) > 0:
        return None
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(low) * excess(middle) > 0 else (low, middle)
    c = (values[2] - values[1]) / (h[2]**low - h[1]**low)
    return values[2] - c * h[2]**low, low
