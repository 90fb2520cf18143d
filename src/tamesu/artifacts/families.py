"""Families of backbones, by their timm names: what trains alike."""

from __future__ import annotations

from typing import Literal

Family = Literal["hybrid", "convnext", "transformer", "batch_norm", "unknown"]

# The words that a backbone's timm name may begin with; the first family that has one is meant.
STARTS: dict[Family, str] = {
    # Convolutions below, attention above, or a transformer's block around a convolution.
    "hybrid": "maxvit maxxvit coatnet coatnext coat_ mvit pvt mobilevit edgenext efficientformer fastvit levit visformer "
    "nextvit tiny_vit efficientvit efficientvim poolformer caformer convformer convmixer crossvit sequencer focalnet iformer "
    "lowformer shvit swiftformer botnet sebotnet halonet sehalonet lambda test_efficientvit",
    "convnext": "convnext inceptionnext",
    "transformer": "vit deit swin beit eva cait pit_ xcit flexivit twins davit hiera samvit tnt volo jx_nest nest naflexvit "
    "gcvit convit mambaout aimv2 sam2 test_vit",
    "batch_norm": "resnet resnext resnest wide_resnet seresnet seresnext ecaresnet skresnet test_resnet mobilenet efficientnet "
    "tf_efficientnet tf_mobilenet mnasnet mixnet lcnet fbnet tinynet densenet regnet ghostnet hrnet dla inception xception vgg "
    "dpn rexnet hardcorenas repvgg hgnet mobileone spnasnet semnasnet gernet cspresnet cspdarknet darknet repvit starnet "
    "cs3 legacy_ res2 ese_vovnet vovnet fasternet cspnext selecsls tresnet ecaresnext gcresnet gcresnext cspresnext nasnet "
    "pnasnet sedarknet senet skresnext repghostnet cpubone test_mobilenet test_efficientnet test_byobnet",
}


def family_of(backbone: str) -> Family:
    """The family of a backbone, by its timm name.

    Examples:
        >>> [
        ...     family_of(name)
        ...     for name in ("mobilenetv2_100", "convnext_tiny.fb_in22k", "vit_small_patch16_224", "maxvit_tiny_tf_224")
        ... ]
        ['batch_norm', 'convnext', 'transformer', 'hybrid']
        >>> family_of("mine")
        'unknown'
    """
    name = backbone.lower()
    return next((family for family, starts in STARTS.items() if name.startswith(tuple(starts.split()))), "unknown")
